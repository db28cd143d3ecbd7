// The kiosk app's Redux store.
import { configureStore } from "@reduxjs/toolkit";
import { setupListeners } from "@reduxjs/toolkit/query";
import { baseApi } from "@/lib/base-api";
import { loginMiddleware, sharedReducers } from "@/lib/store-parts";
import { gateReducer } from "@/features/sightings/gate-slice";

export const store = configureStore({
  reducer: { ...sharedReducers, gate: gateReducer },
  middleware: (standard) => standard().prepend(loginMiddleware()).concat(baseApi.middleware),
});
setupListeners(store.dispatch);
