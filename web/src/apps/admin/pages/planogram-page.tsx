// The planogram, with a way to import it and what changed lately.
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { ImportBox } from "@/features/planogram/import-box";
import { useGetPlanogramChangesInfiniteQuery, useGetPlanogramInfiniteQuery } from "@/features/planogram/planogram-api";
import { PlanogramChanges } from "@/features/planogram/planogram-changes";
import { PlanogramTable } from "@/features/planogram/planogram-table";
import { itemsOf } from "@/lib/paging";
import { useUrlFilters } from "@/lib/use-url-filters";

export function PlanogramPage() {
  const [filters, set] = useUrlFilters(["search"]);
  const query = useGetPlanogramInfiniteQuery(filters, { refetchOnMountOrArgChange: true });
  const history = useGetPlanogramChangesInfiniteQuery(undefined, { refetchOnMountOrArgChange: true });
  const { data: admin } = useGetAdminQuery();
  const isOwner = admin?.role === "owner";
  const known = query.currentData ? itemsOf(query.currentData) : [];
  const nameOf = (sku: string) => known.find((one) => one.sku === sku)?.product_name ?? sku;
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Planogram</h1>
          <p>Which product stands at which slot, and which camera sees it.</p>
        </div>
      </header>
      <div role="search" className="filters" aria-label="Which slots">
        <SearchBox label="Slot, zone or product" value={filters.search} onSearch={(text) => set("search", text)} />
      </div>
      <PagedAnswer query={query}>
        {(facings) => <PlanogramTable facings={facings} filtered={filters.search !== ""} editable={isOwner} />}
      </PagedAnswer>
      {isOwner && <ImportBox nameOf={nameOf} />}
      <PagedAnswer query={history}>{(changes) => <PlanogramChanges changes={changes} />}</PagedAnswer>
    </>
  );
}
