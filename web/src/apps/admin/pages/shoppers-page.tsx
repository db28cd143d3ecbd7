// Who has signed up.
import { Answer } from "@/components/answer";
import { useGetShoppersQuery } from "@/features/accounts/admin-account-api";
import { ShopperTable } from "@/features/accounts/shopper-table";

export function ShoppersPage() {
  const query = useGetShoppersQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <h1>Shoppers</h1>
      </header>
      <Answer query={query}>{(shoppers) => <ShopperTable shoppers={shoppers} />}</Answer>
    </>
  );
}
