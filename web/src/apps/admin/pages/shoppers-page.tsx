// Who has signed up.
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { useGetShoppersInfiniteQuery } from "@/features/accounts/admin-account-api";
import { ShopperTable } from "@/features/accounts/shopper-table";
import { useUrlFilters } from "@/lib/use-url-filters";

export function ShoppersPage() {
  const [filters, set] = useUrlFilters(["search"]);
  const query = useGetShoppersInfiniteQuery(filters, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <h1>Shoppers</h1>
      </header>
      <div role="search" className="filters" aria-label="Which shoppers">
        <SearchBox label="Name or e-mail" value={filters.search} onSearch={(text) => set("search", text)} />
      </div>
      <PagedAnswer query={query}>
        {(shoppers) => <ShopperTable shoppers={shoppers} filtered={filters.search !== ""} />}
      </PagedAnswer>
    </>
  );
}
