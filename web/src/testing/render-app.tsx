// Renders a part of an app as it stands in the real one: with a store and an address.
import { configureStore } from "@reduxjs/toolkit";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { Provider } from "react-redux";
import { MemoryRouter } from "react-router";
import { baseApi } from "@/lib/base-api";
import { loginMiddleware, sharedReducers } from "@/lib/store-parts";

export function newStore() {
  return configureStore({
    reducer: sharedReducers,
    middleware: (standard) => standard().prepend(loginMiddleware()).concat(baseApi.middleware),
  });
}

export function renderApp(part: ReactNode, store = newStore()) {
  const view = render(
    <Provider store={store}>
      <MemoryRouter>{part}</MemoryRouter>
    </Provider>,
  );
  return { ...view, store };
}
