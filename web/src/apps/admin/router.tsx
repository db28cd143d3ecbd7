// Which address shows which page of the admin app.
import { createBrowserRouter, Navigate } from "react-router";
import { AdminShell } from "@/apps/admin/admin-shell";
import { ActivityPage } from "@/apps/admin/pages/activity-page";
import { DevicesPage } from "@/apps/admin/pages/devices-page";
import { DisputePage } from "@/apps/admin/pages/dispute-page";
import { DisputesPage } from "@/apps/admin/pages/disputes-page";
import { LoginPage } from "@/apps/admin/pages/login-page";
import { MailboxPage } from "@/apps/admin/pages/mailbox-page";
import { MonitorPage } from "@/apps/admin/pages/monitor-page";
import { OrderPage } from "@/apps/admin/pages/order-page";
import { OrdersPage } from "@/apps/admin/pages/orders-page";
import { PlanogramPage } from "@/apps/admin/pages/planogram-page";
import { StockPage } from "@/apps/admin/pages/stock-page";
import { ProductsPage } from "@/apps/admin/pages/products-page";
import { ReviewsPage } from "@/apps/admin/pages/reviews-page";
import { SetAsidePage } from "@/apps/admin/pages/set-aside-page";
import { ShoppersPage } from "@/apps/admin/pages/shoppers-page";
import { StaffPage } from "@/apps/admin/pages/staff-page";
import { StorePage } from "@/apps/admin/pages/store-page";
import { VisitPage } from "@/apps/admin/pages/visit-page";

export const router = createBrowserRouter(
  [
    { path: "/login", element: <LoginPage /> },
    {
      element: <AdminShell />,
      children: [
        { path: "/", element: <MonitorPage /> },
        { path: "/activity", element: <ActivityPage /> },
        { path: "/visits/:id", element: <VisitPage /> },
        { path: "/reviews", element: <ReviewsPage /> },
        { path: "/orders", element: <OrdersPage /> },
        { path: "/orders/:id", element: <OrderPage /> },
        { path: "/disputes", element: <DisputesPage /> },
        { path: "/disputes/:id", element: <DisputePage /> },
        { path: "/products", element: <ProductsPage /> },
        { path: "/planogram", element: <PlanogramPage /> },
        { path: "/stock", element: <StockPage /> },
        { path: "/devices", element: <DevicesPage /> },
        { path: "/shoppers", element: <ShoppersPage /> },
        { path: "/set-aside", element: <SetAsidePage /> },
        { path: "/mailbox", element: <MailboxPage /> },
        { path: "/mailbox/:id", element: <MailboxPage /> },
        { path: "/staff", element: <StaffPage /> },
        { path: "/store", element: <StorePage /> },
      ],
    },
    { path: "*", element: <Navigate to="/" replace /> },
  ],
  { basename: "/admin" },
);
