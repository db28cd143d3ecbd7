// @vitest-environment node
import { expect, test } from "vitest";
import type { GondolaView, PersonView, RoomPlanView } from "@/lib/generated/protocol";
import {
  boundsOf,
  cameraAngle,
  cameraHeading,
  fromGondola,
  frameOf,
  gondolaCorners,
  type Point,
} from "@/features/room/geometry";
import { person, sampleCamera, samplePlan } from "@/testing/room-samples";

const frame = (plan: RoomPlanView, people: PersonView[] = [], width = 600) => frameOf(boundsOf(plan, people), width);

test("x goes right and y up, by one scale", () => {
  const { at, scale } = frame(samplePlan());
  const [origin, right, up] = [at([1, 1]), at([2, 1]), at([1, 2])];
  expect([right[0] - origin[0], right[1] - origin[1]]).toEqual([expect.closeTo(scale, 1), 0]);
  expect([up[0] - origin[0], up[1] - origin[1]]).toEqual([0, expect.closeTo(-scale, 1)]);
});

test.each([
  ["along x the shoppers are below, the bar above", [0, 0], [2, 0], [1, 0.4], [1, -0.5]],
  ["the other way round the bar is below", [2, 0], [0, 0], [1, -0.4], [1, 0.5]],
  ["along y the shoppers are on the right", [0, 0], [0, 2], [-0.4, 1], [0.5, 1]],
] as [string, [number, number], [number, number], Point, Point][])("%s", (_name, from, to, behind, shopper) => {
  const gondola: GondolaView = { zone: "g1", from_m: from, to_m: to, height_m: null };
  const [, , back, backFrom] = gondolaCorners(gondola);
  const middle = [0, 1].map((axis) => ((back?.[axis] ?? 0) + (backFrom?.[axis] ?? 0)) / 2);
  expect(middle).toEqual(behind.map((value) => expect.closeTo(value, 6)));
  expect(fromGondola(gondola, shopper)).toEqual({ distance: expect.closeTo(0.5, 6), before: true });
  expect(fromGondola(gondola, behind)).toMatchObject({ before: false });
});

const LONELY: [number, number] = [2, 2];
const EMPTY: RoomPlanView = { cameras: [], gates: [], gondolas: [] };
test.each([
  ["a plan", samplePlan()],
  ["one gate alone", { ...EMPTY, gates: [{ centre_m: LONELY, radius_m: 0.5, way: "both" }] }],
  ["all at one place", { ...EMPTY, cameras: [sampleCamera("a", [2, 2, 2], 1, 0), sampleCamera("b", [2, 2, 2], 0, 1)] }],
  ["nothing at all", EMPTY],
  ["a gondola without length", { ...EMPTY, gondolas: [{ zone: "g", from_m: LONELY, to_m: LONELY, height_m: null }] }],
  ["a hall of a kilometre", samplePlan({ gates: [{ centre_m: [1000, 5], radius_m: 0.5, way: "both" }] })],
] as [string, RoomPlanView][])("the drawing of %s has a size and encloses everything", (_name, plan) => {
  for (const width of [1, 320, 1200]) {
    const { at, height, scale } = frame(plan, [], width);
    expect(scale).toBeGreaterThan(0);
    expect(height).toBeGreaterThan(0);
    expect(height).toBeLessThanOrEqual(400);
    const places: Point[] = [
      ...plan.gondolas.flatMap(gondolaCorners),
      ...plan.gates.map((gate) => gate.centre_m),
      ...plan.cameras.map(({ centre_m: [x, y] }): Point => [x, y]),
    ];
    for (const [x, y] of places.map(at)) {
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(Math.max(width, 60));
      expect(y).toBeGreaterThanOrEqual(0);
      expect(y).toBeLessThanOrEqual(height);
    }
  }
});

test("people widen the drawing, but a place that makes no sense does not ruin it", () => {
  const usual = boundsOf(samplePlan(), []);
  expect(boundsOf(samplePlan(), [person(1, [2, 2])])).toEqual(usual);
  expect(boundsOf(samplePlan(), [person(1, [6, 2])]).right).toBe(6);
  expect(boundsOf(samplePlan(), [person(1, [900, 2])]).right).toBe(usual.right + 2);
  expect(boundsOf(samplePlan(), [person(1, [Number.NaN, 2])])).toEqual(usual);
  // Null is what a number that is none becomes on the wire.
  expect(boundsOf(samplePlan(), [person(1, [null as never, 2])])).toEqual(usual);
});

test("a camera's view turns with the store's frame, and one that looks down has none", () => {
  const heading = (x: number, y: number) => cameraHeading(sampleCamera("a", [0, 0, 2], x, y));
  expect([heading(1, 0), heading(0, 1), heading(-1, 0), heading(0, -1)]).toEqual(
    [0, -90, -180, 90].map((d) => expect.closeTo(d)),
  );
  expect(heading(0, 0)).toBeNull();
  const camera = sampleCamera("a", [0, 0, 2], 1, 0);
  expect(cameraAngle(camera)).toBeCloseTo(83.6, 1);
  expect(cameraAngle({ ...camera, focal_px: Number.NaN })).toBe(60);
});
