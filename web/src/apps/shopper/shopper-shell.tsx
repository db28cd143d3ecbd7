// The frame of pages for a logged-in shopper; others are sent to the log-in.
import { Navigate, NavLink, Outlet, ScrollRestoration, useLocation } from "react-router";
import { ConnectionSign } from "@/components/connection-sign";
import { Loading } from "@/components/loading";
import { Logo } from "@/components/logo";
import { ProblemNotice } from "@/components/problem-notice";
import { useGetShopperQuery, useGetStoreQuery } from "@/features/accounts/shopper-account-api";
import { problemOf } from "@/lib/problem";
import { useLiveSocket } from "@/lib/use-live-socket";
import { AccountIcon, GateIcon, ReceiptIcon } from "@/apps/shopper/icons";

export function ShopperShell() {
  const { pathname } = useLocation();
  const { data: shopper, error, refetch } = useGetShopperQuery();
  const { data: storeView, isLoading: waitingForStore } = useGetStoreQuery();
  const problem = problemOf(error);
  const loggedOut = problem?.status === 401;
  useLiveSocket("/shopper", shopper !== undefined && !loggedOut);

  if (loggedOut) return <Navigate to={pathname === "/" ? "/welcome" : "/login"} replace state={{ next: pathname }} />;
  // Times are shown by the store's clock, so the store comes first.
  if (!shopper || waitingForStore) {
    return (
      <main className="shop-main">
        {problem ? <ProblemNotice problem={problem} onRetry={() => void refetch()} /> : <Loading />}
      </main>
    );
  }
  return (
    <div className="shop">
      <ConnectionSign />
      <header className="shop-top">
        <NavLink to="/" className="shop-brand">
          <Logo size={32} />
          {storeView?.name ?? "Smart Mart"}
        </NavLink>
        <nav className={pathname.startsWith("/enrol") ? "tabs tabs-aside" : "tabs"} aria-label="Main">
          <NavLink to="/" end className="tab">
            <GateIcon />
            Visit
          </NavLink>
          <NavLink to="/receipts" className="tab">
            <ReceiptIcon />
            Receipts
          </NavLink>
          <NavLink to="/account" className="tab">
            <AccountIcon />
            Account
          </NavLink>
        </nav>
      </header>
      <main className="shop-main">
        <Outlet />
        <ScrollRestoration />
      </main>
    </div>
  );
}
