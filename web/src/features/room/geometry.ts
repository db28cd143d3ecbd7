// From metres of the store's frame to pixels of the drawing: x goes right in both, y up in the store and down on the screen.
import type { GondolaView, PersonView, RoomCameraView, RoomPlanView, RoomView } from "@/lib/generated/protocol";

/** Two coordinates: metres in the store, pixels on the screen. */
export type Point = readonly [number, number];
/** What encloses something, metres. */
export type Bounds = { left: number; right: number; bottom: number; top: number };

/** A drawing: its size in pixels, and how it is scaled. */
export type Frame = {
  width: number;
  height: number;
  /** Pixels a metre. */
  scale: number;
  /** What is shown, metres. */
  bounds: Bounds;
  /** Where a place of the store is drawn. */
  at: (place: Point) => Point;
};

/** Depth of a gondola, metres: the wire tells its front alone. */
export const GONDOLA_DEPTH_M = 0.4;
/** How far the view of a camera is drawn, metres. */
export const VIEW_M = 1.3;
/** Room around everything for names and dots, pixels. */
const MARGIN_PX = 30;
/** Height from which a drawing becomes narrower instead of higher, pixels. */
const MOST_HEIGHT_PX = 400;
/** Largest scale, pixels a metre: a shelf alone must not fill the wall. */
const MOST_SCALE = 110;
/** Least that is shown, metres, each way: a gate alone still has a floor around it. */
const LEAST_M = 3;
/** How far beyond the plan people widen the drawing, metres; whoever is further away is drawn at its edge. */
const BEYOND_M = 2;

/** Whether something can be drawn: what is no number comes as null. */
export function isPlace(place: readonly (number | null)[]): boolean {
  return place.every((value) => Number.isFinite(value));
}

/** Fits what is to be shown into so many pixels of width. */
export function frameOf(bounds: Bounds, width: number): Frame {
  const [across, along] = [bounds.right - bounds.left, bounds.top - bounds.bottom];
  const inner = Math.max(1, width - 2 * MARGIN_PX);
  const scale = Math.min(inner / across, (MOST_HEIGHT_PX - 2 * MARGIN_PX) / along, MOST_SCALE);
  const side = (width - across * scale) / 2;
  const at = ([x, y]: Point): Point => [
    round(side + (clamp(x, bounds.left, bounds.right) - bounds.left) * scale),
    round(MARGIN_PX + (bounds.top - clamp(y, bounds.bottom, bounds.top)) * scale),
  ];
  return { width, height: round(along * scale + 2 * MARGIN_PX), scale, bounds, at };
}

/** What has to be shown: the whole plan, and people who are not too far away from it. */
export function boundsOf(plan: RoomPlanView, people: PersonView[]): Bounds {
  const fixed = [
    ...plan.gondolas.flatMap((gondola) => gondolaCorners(gondola)),
    ...plan.cameras.map(({ centre_m: [x, y] }): Point => [x, y]),
    ...plan.gates.flatMap(({ centre_m: [x, y], radius_m: r }): Point[] => [
      [x - r, y - r],
      [x + r, y + r],
    ]),
  ].filter(isPlace);
  const of = enclosing(fixed.length > 0 ? fixed : [[0, 0]]);
  // Whole half metres, so that the drawing does not change with every step of whoever stands at its edge.
  const moving = people
    .map((person) => person.head_m)
    .filter(isPlace)
    .map(([x, y]): Point => [
      clamp(Math.round(x * 2) / 2, of.left - BEYOND_M, of.right + BEYOND_M),
      clamp(Math.round(y * 2) / 2, of.bottom - BEYOND_M, of.top + BEYOND_M),
    ]);
  const all = enclosing([[of.left, of.bottom], [of.right, of.top], ...moving]);
  const [dx, dy] = [Math.max(0, LEAST_M - all.right + all.left) / 2, Math.max(0, LEAST_M - all.top + all.bottom) / 2];
  return { left: all.left - dx, right: all.right + dx, bottom: all.bottom - dy, top: all.top + dy };
}

function enclosing(places: Point[]): Bounds {
  const xs = places.map(([x]) => x);
  const ys = places.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), bottom: Math.min(...ys), top: Math.max(...ys) };
}

/** Unit vectors of a gondola: along it, and away from the shoppers, who are on the right of whoever goes along. */
function directions({ from_m: [fromX, fromY], to_m: [toX, toY] }: GondolaView): { along: Point; away: Point } {
  const length = Math.hypot(toX - fromX, toY - fromY) || 1;
  const along: Point = [(toX - fromX) / length, (toY - fromY) / length];
  return { along, away: [-along[1], along[0]] };
}

/** The four corners of a gondola: along its front, then back behind it. */
export function gondolaCorners(gondola: GondolaView): Point[] {
  const { away } = directions(gondola);
  const behind = ([x, y]: Point): Point => [x + away[0] * GONDOLA_DEPTH_M, y + away[1] * GONDOLA_DEPTH_M];
  return [gondola.from_m, gondola.to_m, behind(gondola.to_m), behind(gondola.from_m)];
}

/** A place at a gondola: `x` from 0 to 1 along its front, `depth` in metres behind it. */
export function atGondola(gondola: GondolaView, x: number, depth = 0): Point {
  const { away } = directions(gondola);
  const share = clamp(x, 0, 1);
  const mix = (from: number, to: number) => from + share * (to - from);
  return [
    mix(gondola.from_m[0], gondola.to_m[0]) + away[0] * depth,
    mix(gondola.from_m[1], gondola.to_m[1]) + away[1] * depth,
  ];
}

/** Slots of a gondola whose places are known. */
export function placedSlots(room: RoomView, zone: string): { slot: string; product: string; x: number }[] {
  const slots = room.zones.find((one) => one.zone === zone)?.slots ?? [];
  return slots.flatMap(({ x, ...slot }) => (x !== null && Number.isFinite(x) ? [{ ...slot, x }] : []));
}

/** How far a place is from a gondola's front, metres, and whether it lies on the shoppers' side. */
export function fromGondola(gondola: GondolaView, [x, y]: Point): { distance: number; before: boolean } {
  const { along, away } = directions(gondola);
  const length = Math.hypot(gondola.to_m[0] - gondola.from_m[0], gondola.to_m[1] - gondola.from_m[1]);
  const [dx, dy] = [x - gondola.from_m[0], y - gondola.from_m[1]];
  const passed = dx * along[0] + dy * along[1];
  const behind = dx * away[0] + dy * away[1];
  return { distance: Math.hypot(behind, passed - clamp(passed, 0, length)), before: behind <= 0 };
}

/** Where a camera looks, by the floor plan: degrees on the screen, clockwise from the right; none where it looks straight down. */
export function cameraHeading({ rotation }: RoomCameraView): number | null {
  const [x, y] = rotation[2];
  if (!isPlace([x, y]) || Math.hypot(x, y) < 0.1) return null;
  return round((Math.atan2(-y, x) * 180) / Math.PI);
}

/** How wide a camera sees, degrees. */
export function cameraAngle({ size_px: [width], focal_px: focal }: RoomCameraView): number {
  const degrees = (2 * Math.atan2(width / 2, focal) * 180) / Math.PI;
  return Number.isFinite(degrees) ? clamp(degrees, 20, 140) : 60;
}

export function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Hundredths of a pixel are enough. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
