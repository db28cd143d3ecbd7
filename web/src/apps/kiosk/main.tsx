// Entry of the kiosk app.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Provider } from "react-redux";
import { ErrorBoundary } from "@/components/error-boundary";
import "@/components/styles/tokens.css";
import "@/components/styles/base.css";
import { Kiosk } from "@/apps/kiosk/kiosk";
import { store } from "@/apps/kiosk/store";
import "@/apps/kiosk/kiosk.css";

const root = document.getElementById("root");
if (!root) throw new Error("the page has no #root");
createRoot(root).render(
  <StrictMode>
    <ErrorBoundary>
      <Provider store={store}>
        <Kiosk />
      </Provider>
    </ErrorBoundary>
  </StrictMode>,
);
