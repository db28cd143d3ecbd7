// The store's settings: name, time zone, country, opening hours, tax rates.
import { Answer } from "@/components/answer";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { useGetStoreSettingsQuery } from "@/features/store/store-api";
import { StoreForm } from "@/features/store/store-form";

export function StorePage() {
  const query = useGetStoreSettingsQuery(undefined, { refetchOnMountOrArgChange: true });
  const { data: admin } = useGetAdminQuery();
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Store</h1>
          <p>Receipts, days and reports go by the store's own clock, and bills by the tax rates of their day.</p>
        </div>
      </header>
      <Answer query={query}>
        {(settings) => (
          <StoreForm
            settings={settings}
            editable={admin?.role === "owner"}
            onLoadAgain={async () => (await query.refetch()).data}
          />
        )}
      </Answer>
    </>
  );
}
