// The frame of the admin app: who is logged in, where to go, what waits for a decision.
import { useState } from "react";
import { Navigate, Outlet, ScrollRestoration, useLocation } from "react-router";
import { ConnectionSign } from "@/components/connection-sign";
import { Loading } from "@/components/loading";
import { Logo } from "@/components/logo";
import { ProblemNotice } from "@/components/problem-notice";
import { useGetAdminQuery } from "@/features/accounts/admin-account-api";
import { useGetFloorQuery } from "@/features/visits/floor-api";
import { problemOf } from "@/lib/problem";
import { useLiveSocket } from "@/lib/use-live-socket";
import { AdminMenu } from "@/apps/admin/admin-menu";

export function AdminShell() {
  const { pathname } = useLocation();
  const { data: admin, error, refetch } = useGetAdminQuery();
  const problem = problemOf(error);
  const loggedOut = problem?.status === 401;
  const loggedIn = admin !== undefined && !loggedOut;
  useLiveSocket("/admin", loggedIn);
  const { data: floor, isLoading: waitingForFloor } = useGetFloorQuery(undefined, { skip: !loggedIn });
  // Going somewhere closes the menu: it is open only where it was opened.
  const [menuAt, setMenuAt] = useState<string | null>(null);
  const menuOpen = menuAt === pathname;

  if (loggedOut) return <Navigate to="/login" replace state={{ next: pathname }} />;
  // Times are shown by the store's clock, which comes with the floor.
  if (!admin || waitingForFloor) {
    return (
      <main className="admin-main">
        {problem ? <ProblemNotice problem={problem} onRetry={() => void refetch()} /> : <Loading />}
      </main>
    );
  }
  return (
    <div className="admin">
      <ConnectionSign />
      <header className="admin-side">
        <div className="admin-brand">
          <Logo size={34} />
          <span>
            <b>{floor?.store_name ?? "Smart Mart"}</b>
            <span className="small">Admin</span>
          </span>
          <button
            type="button"
            className="admin-menu-button"
            aria-expanded={menuOpen}
            aria-controls="admin-menu"
            onClick={() => setMenuAt(menuOpen ? null : pathname)}
          >
            Menu
          </button>
        </div>
        <AdminMenu
          admin={admin}
          openReviews={floor?.open_reviews ?? 0}
          openDisputes={floor?.open_disputes ?? 0}
          open={menuOpen}
        />
      </header>
      <main className="admin-main">
        <Outlet />
        <ScrollRestoration />
      </main>
    </div>
  );
}
