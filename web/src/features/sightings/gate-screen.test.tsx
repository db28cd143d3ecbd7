import { configureStore } from "@reduxjs/toolkit";
import { act, render, screen } from "@testing-library/react";
import { Provider } from "react-redux";
import { expect, test } from "vitest";
import { GateScreen } from "@/features/sightings/gate-screen";
import { gateReducer, outcomeSeen } from "@/features/sightings/gate-slice";
import type { DeviceJoined, GateOutcome } from "@/lib/generated/protocol";
import { sharedReducers } from "@/lib/store-parts";

const joined: DeviceJoined = {
  device: { id: "d", name: "Entry", role: "entry", zone: "entry", state: "joined", last_seen_at: null, online: true },
  store_name: "Smart Mart",
};

function screenThatSees() {
  const store = configureStore({ reducer: { ...sharedReducers, gate: gateReducer } });
  render(
    <Provider store={store}>
      <GateScreen joined={joined} socket={null} />
    </Provider>,
  );
  let second = 0;
  return (outcome: GateOutcome) => act(() => void store.dispatch(outcomeSeen({ outcome, at: 1000 * second++ })));
}

test("who is to turn is led step by step, with an arrow to the side where they turn", () => {
  const see = screenThatSees();
  see({ kind: "turn_head", prompt: "look_straight", attempt: 1 });
  expect(screen.getByRole("heading", { name: "Look at the camera" })).toBeInTheDocument();
  expect(screen.queryByTestId("turn-arrow")).toBeNull();

  see({ kind: "turn_head", prompt: "to_the_right", attempt: 1 });
  expect(screen.getByRole("heading", { name: "Turn your head to your right" })).toBeInTheDocument();
  expect(screen.getByTestId("turn-arrow")).toHaveClass("turn-arrow-right");

  see({ kind: "turn_head", prompt: "hold_still", attempt: 1 });
  expect(screen.getByRole("heading", { name: "Hold still" })).toBeInTheDocument();

  see({ kind: "code_needed", hint: "Please hold up the QR code in your app as well" });
  expect(screen.getByRole("heading", { name: "Your code, please" })).toBeInTheDocument();
  expect(screen.queryByTestId("turn-arrow")).toBeNull();
});
