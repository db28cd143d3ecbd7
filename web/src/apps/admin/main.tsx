// Entry of the admin app.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { RouterProvider } from "react-router/dom";
import { ErrorBoundary } from "@/components/error-boundary";
import "@/components/styles/tokens.css";
import "@/components/styles/base.css";
import { store } from "@/apps/admin/store";
import { router } from "@/apps/admin/router";
import "@/apps/admin/admin.css";

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
