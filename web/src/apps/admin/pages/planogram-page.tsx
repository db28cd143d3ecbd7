// The planogram.
import { Answer } from "@/components/answer";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { useGetPlanogramQuery } from "@/features/planogram/planogram-api";
import { PlanogramTable } from "@/features/planogram/planogram-table";
import { useGetProductsQuery } from "@/features/products/products-api";

export function PlanogramPage() {
  const query = useGetPlanogramQuery(undefined, { refetchOnMountOrArgChange: true });
  const { data: products } = useGetProductsQuery();
  const { data: admin } = useGetAdminQuery();
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Planogram</h1>
          <p>Which product stands at which slot, and which camera sees it.</p>
        </div>
      </header>
      <Answer query={query}>
        {(facings) => <PlanogramTable facings={facings} choices={products ?? []} editable={admin?.role === "owner"} />}
      </Answer>
    </>
  );
}
