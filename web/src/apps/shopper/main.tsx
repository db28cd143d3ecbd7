// Entry of the shopper app.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { RouterProvider } from "react-router/dom";
import { ErrorBoundary } from "@/components/error-boundary";
import "@/components/styles/tokens.css";
import "@/components/styles/base.css";
import { store } from "@/apps/shopper/store";
import { router } from "@/apps/shopper/router";
import "@/apps/shopper/shopper.css";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <Provider store={store}>
        <RouterProvider router={router} />
      </Provider>
    </ErrorBoundary>
  </StrictMode>,
);

if (import.meta.env.PROD && "serviceWorker" in navigator) {
  // Without it the app works all the same, only not without a network.
  void navigator.serviceWorker.register("/shop/sw.js", { scope: "/shop/" }).catch(() => undefined);
}
