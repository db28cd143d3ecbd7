// The catalogue.
import { Answer } from "@/components/answer";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { ProductTable } from "@/features/products/product-table";
import { useGetProductsQuery } from "@/features/products/products-api";
import { useGetFloorQuery } from "@/features/visits/floor-api";

export function ProductsPage() {
  const query = useGetProductsQuery(undefined, { refetchOnMountOrArgChange: true });
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
      <Answer query={query}>
        {(products) =>
          floor && <ProductTable products={products} currency={floor.currency} editable={admin?.role === "owner"} />
        }
      </Answer>
    </>
  );
}
