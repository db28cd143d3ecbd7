// The admin app's Redux store.
import { configureStore } from "@reduxjs/toolkit";
import { setupListeners } from "@reduxjs/toolkit/query";
import { baseApi } from "@/lib/base-api";
import { loginMiddleware, sharedReducers } from "@/lib/store-parts";

export const store = configureStore({
  reducer: { ...sharedReducers },
  middleware: (standard) => standard().prepend(loginMiddleware()).concat(baseApi.middleware),
});
setupListeners(store.dispatch);
