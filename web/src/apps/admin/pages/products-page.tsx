// The catalogue.
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { ProductTable } from "@/features/products/product-table";
import { useGetProductsInfiniteQuery } from "@/features/products/products-api";
import { useGetFloorQuery } from "@/features/visits/floor-api";
import { useUrlFilters } from "@/lib/use-url-filters";

export function ProductsPage() {
  const [filters, set] = useUrlFilters(["search"]);
  const query = useGetProductsInfiniteQuery(filters, { refetchOnMountOrArgChange: true });
  const { data: admin } = useGetAdminQuery();
  const { data: floor } = useGetFloorQuery();
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Products</h1>
          <p>Prices include tax. A product without a price is never billed.</p>
        </div>
      </header>
      <div role="search" className="filters" aria-label="Which products">
        <SearchBox label="SKU, name or GTIN" value={filters.search} onSearch={(text) => set("search", text)} />
      </div>
      <PagedAnswer query={query}>
        {(products) =>
          floor && <ProductTable products={products} currency={floor.currency} editable={admin?.role === "owner"} />
        }
      </PagedAnswer>
    </>
  );
}
