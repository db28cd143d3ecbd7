// The frame of pages that need no log-in.
import { Outlet, ScrollRestoration } from "react-router";
import { Logo } from "@/components/logo";
import { useGetStoreQuery } from "@/features/accounts/shopper-account-api";

export function PlainShell() {
  const { data: storeView } = useGetStoreQuery();
  return (
    <div className="shop">
      <header className="shop-top">
        <span className="shop-brand">
          <Logo size={32} />
          {storeView?.name ?? "Smart Mart"}
        </span>
      </header>
      <main className="shop-main">
        <Outlet />
        <ScrollRestoration />
      </main>
    </div>
  );
}
