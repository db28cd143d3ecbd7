// All disputes, open ones first.
import { Answer } from "@/components/answer";
import { useGetDisputesQuery } from "@/features/disputes/admin-disputes-api";
import { DisputeTable } from "@/features/disputes/dispute-table";

export function DisputesPage() {
  const query = useGetDisputesQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Disputes</h1>
          <p>Shoppers who see it differently.</p>
        </div>
      </header>
      <Answer query={query}>{(disputes) => <DisputeTable disputes={disputes} />}</Answer>
    </>
  );
}
