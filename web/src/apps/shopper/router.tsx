// Which address shows which page of the shopper app.
import { createBrowserRouter, Navigate } from "react-router";
import { AccountPage } from "@/apps/shopper/pages/account-page";
import { DisputeLinkPage } from "@/apps/shopper/pages/dispute-link-page";
import { DisputePage } from "@/apps/shopper/pages/dispute-page";
import { EnrolPage } from "@/apps/shopper/pages/enrol-page";
import { EntryChoicePage } from "@/apps/shopper/pages/entry-choice-page";
import { HomePage } from "@/apps/shopper/pages/home-page";
import { LoginPage } from "@/apps/shopper/pages/login-page";
import { ReceiptPage } from "@/apps/shopper/pages/receipt-page";
import { ReceiptsPage } from "@/apps/shopper/pages/receipts-page";
import { SignUpPage } from "@/apps/shopper/pages/sign-up-page";
import { WelcomePage } from "@/apps/shopper/pages/welcome-page";
import { PlainShell } from "@/apps/shopper/plain-shell";
import { ShopperShell } from "@/apps/shopper/shopper-shell";

export const router = createBrowserRouter(
  [
    {
      element: <PlainShell />,
      children: [
        { path: "/welcome", element: <WelcomePage /> },
        { path: "/sign-up", element: <SignUpPage /> },
        { path: "/login", element: <LoginPage /> },
        { path: "/dispute", element: <DisputeLinkPage /> },
      ],
    },
    {
      element: <ShopperShell />,
      children: [
        { path: "/", element: <HomePage /> },
        { path: "/enrol", element: <EntryChoicePage /> },
        { path: "/enrol/face", element: <EnrolPage /> },
        { path: "/receipts", element: <ReceiptsPage /> },
        { path: "/receipts/:id", element: <ReceiptPage /> },
        { path: "/receipts/:id/dispute", element: <DisputePage /> },
        { path: "/account", element: <AccountPage /> },
      ],
    },
    { path: "*", element: <Navigate to="/" replace /> },
  ],
  { basename: "/shop" },
);
