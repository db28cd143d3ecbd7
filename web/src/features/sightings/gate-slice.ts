// What a kiosk's screen shows: outcomes come in quick succession, people read slowly.
import { createSlice, type PayloadAction } from "@reduxjs/toolkit";
import type { GateOutcome } from "@/lib/generated/protocol";

export type GateState = {
  /** What the person is told; none while nobody is there. */
  shown: GateOutcome | null;
  /** When it last counted, in milliseconds. */
  shownAt: number;
  /** Something moves, or a face is there. */
  awake: boolean;
  /** The last frames brought no answer. */
  unanswered: boolean;
};

/** How long an outcome stays against weaker ones, in milliseconds. */
const HOLD_MS: Record<GateOutcome["kind"], number> = {
  welcome: 4500,
  goodbye: 4500,
  already_inside: 3000,
  not_inside: 3500,
  code_refused: 3500,
  code_needed: 6000,
  not_recognised: 3000,
  poor_face: 1200,
  keep_looking: 1200,
  turn_head: 1200,
  restocking: 4500,
  no_face: 0,
  noted: 0,
};
const STRONG = new Set<GateOutcome["kind"]>([
  "welcome",
  "goodbye",
  "already_inside",
  "not_inside",
  "code_needed",
  "code_refused",
  "restocking",
]);

function nameOf(outcome: GateOutcome): string | null {
  return "name" in outcome ? outcome.name : null;
}

/** Right after the greeting the same person is still before the camera; that is no news. */
function isEcho(shown: GateOutcome, next: GateOutcome): boolean {
  const sameName = nameOf(shown) !== null && nameOf(shown) === nameOf(next);
  const echoes =
    (shown.kind === "welcome" && next.kind === "already_inside") ||
    (shown.kind === "goodbye" && next.kind === "not_inside");
  return sameName && (echoes || shown.kind === next.kind);
}

/** Somebody is following this step by step. */
function isProgress(shown: GateOutcome, next: GateOutcome): boolean {
  if (next.kind === "turn_head") return !STRONG.has(shown.kind);
  return next.kind === "keep_looking" && (shown.kind === "keep_looking" || shown.kind === "turn_head");
}

const initialState: GateState = { shown: null, shownAt: 0, awake: false, unanswered: false };

const slice = createSlice({
  name: "gate",
  initialState,
  reducers: {
    outcomeSeen: (state, { payload: { outcome, at } }: PayloadAction<{ outcome: GateOutcome; at: number }>) => {
      state.unanswered = false;
      const { shown } = state;
      const holds = shown !== null && at - state.shownAt < HOLD_MS[shown.kind];
      if (shown && holds && isEcho(shown, outcome)) {
        state.shownAt = at;
        return;
      }
      if (holds && !STRONG.has(outcome.kind) && !isProgress(shown, outcome)) return;
      const nothing = outcome.kind === "no_face" || outcome.kind === "noted";
      state.shown = nothing ? null : outcome;
      state.shownAt = at;
    },
    awakeChanged: (state, { payload }: PayloadAction<boolean>) => {
      state.awake = payload;
    },
    /** Time has passed without news. */
    timePassed: (state, { payload: at }: PayloadAction<number>) => {
      if (state.shown && at - state.shownAt >= HOLD_MS[state.shown.kind] + 500) state.shown = null;
    },
    frameUnanswered: (state) => {
      state.unanswered = true;
    },
    deviceLeft: () => initialState,
  },
});

export const { outcomeSeen, awakeChanged, timePassed, frameUnanswered, deviceLeft } = slice.actions;
export const gateReducer = slice.reducer;
export const selectGate = (state: { gate: GateState }) => state.gate;
