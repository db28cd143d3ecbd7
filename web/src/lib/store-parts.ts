// What the Redux stores of all three apps have in common.
import { createListenerMiddleware } from "@reduxjs/toolkit";
import { baseApi, loginLost } from "@/lib/base-api";
import { connectionReducer } from "@/lib/connection-slice";

export const sharedReducers = { [baseApi.reducerPath]: baseApi.reducer, connection: connectionReducer };

/** Asks anew who is logged in as soon as an answer says that nobody is. */
export function loginMiddleware() {
  const listening = createListenerMiddleware();
  listening.startListening({
    actionCreator: loginLost,
    effect: (_action, api) => {
      api.dispatch(baseApi.util.invalidateTags(["Me"]));
    },
  });
  return listening.middleware;
}
