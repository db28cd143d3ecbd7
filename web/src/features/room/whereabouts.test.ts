// @vitest-environment node
import { expect, test } from "vitest";
import type { RoomPlanView } from "@/lib/generated/protocol";
import { whereabouts } from "@/features/room/whereabouts";
import { samplePlan, sampleRoom } from "@/testing/room-samples";

const EMPTY: RoomPlanView = { cameras: [], gates: [], gondolas: [] };

test.each([
  ["before a gondola", [1.5, 3.1], samplePlan(), "before g1, 0.4 m from Bread"],
  ["the nearest slot is named", [2.5, 2.9], samplePlan(), "before g1, 0.6 m from Oat milk"],
  ["on its other side", [2, 4.2], samplePlan(), "behind g1"],
  ["at a gate", [1.2, 0.4], samplePlan(), "at the entry"],
  ["further away", [2.5, 1.9], samplePlan(), "1.6 m from g1"],
  ["nearer to a gate", [3, 0.5], samplePlan(), "1.0 m from the exit"],
  ["no gondola is placed", [3, 0.5], samplePlan({ gondolas: [] }), "1.0 m from the exit"],
  ["nothing is placed", [3, 0.5], EMPTY, "in the room"],
  ["no place", [Number.NaN, 0.5], samplePlan(), "at an unknown place"],
] as [string, [number, number], RoomPlanView, string][])("%s", (_name, place, plan, words) => {
  expect(whereabouts(sampleRoom(plan), plan, place)).toBe(words);
});

test("a gondola whose products are not placed is named alone", () => {
  expect(whereabouts({ ...sampleRoom(), zones: [] }, samplePlan(), [1.5, 3.1])).toBe("before g1");
});
