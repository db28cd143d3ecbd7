// Whether live changes reach us: the state behind the "reconnecting…" sign.
import { createSlice } from "@reduxjs/toolkit";

export type ConnectionState = "off" | "connecting" | "live" | "reconnecting";

const initialState: { state: ConnectionState } = { state: "off" };

const slice = createSlice({
  name: "connection",
  initialState,
  reducers: {
    socketOpened: (draft) => {
      draft.state = "connecting";
    },
    socketConnected: (draft) => {
      if (draft.state !== "off") draft.state = "live";
    },
    socketLost: (draft) => {
      if (draft.state !== "off") draft.state = "reconnecting";
    },
    socketClosed: (draft) => {
      draft.state = "off";
    },
  },
});

export const { socketOpened, socketConnected, socketLost, socketClosed } = slice.actions;
export const connectionReducer = slice.reducer;

export const selectConnection = (state: { connection: { state: ConnectionState } }) => state.connection.state;
