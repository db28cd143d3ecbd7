// Disputes, open ones first.
import { FilterChoice } from "@/components/filter-choice";
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { useGetDisputesInfiniteQuery } from "@/features/disputes/admin-disputes-api";
import { DisputeTable } from "@/features/disputes/dispute-table";
import { useUrlFilters } from "@/lib/use-url-filters";

const STATES = { open: "Open", accepted: "Accepted", rejected: "Rejected" };

export function DisputesPage() {
  const [filters, set] = useUrlFilters(["state", "search"]);
  const query = useGetDisputesInfiniteQuery(filters, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Disputes</h1>
          <p>Shoppers who see it differently.</p>
        </div>
      </header>
      <div role="search" className="filters" aria-label="Which disputes">
        <SearchBox label="Order number or shopper" value={filters.search} onSearch={(text) => set("search", text)} />
        <FilterChoice
          label="State"
          any="Any state"
          words={STATES}
          value={filters.state}
          onChoose={(state) => set("state", state)}
        />
      </div>
      <PagedAnswer query={query}>
        {(disputes) => <DisputeTable disputes={disputes} filtered={filters.state !== "" || filters.search !== ""} />}
      </PagedAnswer>
    </>
  );
}
