// Where the names of people stand on the plan: beside their dots, over nobody else's dot and over no other name.
import type { Point } from "@/features/room/geometry";

/** Radius of a person's dot, pixels. */
export const DOT_PX = 13;
/** From a dot's middle to the outer edge of the ring around it, pixels. */
const RING_PX = DOT_PX + 4;
/** Scale below which dots are drawn smaller, pixels a metre: on a phone people stand nearer to each other. */
const SMALL_BELOW = 55;
/** Height of a line of text, pixels. */
const LINE_PX = 17;
/** Between a dot's ring and its name, pixels. */
const GAP_PX = 2;

export type Box = { left: number; top: number; right: number; bottom: number };
export type Side = keyof typeof SIDES;
/** A name to be placed. */
export type Named = { track: number; at: Point; label: string };
/** Where a name stands: the middle of its line, pixels from the dot's centre. */
export type Placed = { side: Side; at: Point };

/** Which way from the dot, across and down; the better ones first. */
const SIDES = {
  below: [0, 1],
  above: [0, -1],
  right: [1, 0],
  left: [-1, 0],
  belowRight: [0.8, 0.8],
  belowLeft: [-0.8, 0.8],
  aboveRight: [0.8, -0.8],
  aboveLeft: [-0.8, -0.8],
} as const;

/** How much smaller than usual dots are at a scale. */
export function dotShrink(scale: number): number {
  return scale < SMALL_BELOW ? 0.78 : 1;
}

/** Width of a text on the plan, pixels, a little too large rather than too small. */
export function textWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e7f ? 13.5 : 7.4), 4);
}

/**
 * Places names. A name that fits nowhere is left out: the dot has its initials. `avoid` is covered only where nothing
 * else is free; `before` says where names stood, so that they do not jump about.
 */
export function placeLabels(
  people: Named[],
  size: { width: number; height: number; scale: number },
  avoid: Box[],
  before: ReadonlyMap<number, Placed>,
): Map<number, Placed> {
  const ring = RING_PX * dotShrink(size.scale);
  const dots = people.map(({ track, at }) => ({ track, box: around(at, ring, ring) }));
  const taken: Box[] = [];
  const placed = new Map<number, Placed>();
  for (const { track, at, label } of people) {
    if (label === "") continue;
    const width = textWidth(label);
    const choices = (Object.keys(SIDES) as Side[]).flatMap((side, order) => {
      const offset = offsetOf(side, ring + GAP_PX, width);
      const box = around([at[0] + offset[0], at[1] + offset[1]], width / 2, LINE_PX / 2);
      const free =
        isInside(box, size) &&
        !dots.some((dot) => dot.track !== track && overlap(dot.box, box)) &&
        !taken.some((other) => overlap(other, box));
      const covered = avoid.filter((other) => overlap(other, box)).length;
      const cost = covered * 10 + order - (before.get(track)?.side === side ? 5 : 0);
      return free ? [{ side, offset, box, cost }] : [];
    });
    const [best] = choices.toSorted((a, b) => a.cost - b.cost);
    if (!best) continue;
    taken.push(best.box);
    placed.set(track, { side: best.side, at: best.offset });
  }
  return placed;
}

function offsetOf(side: Side, away: number, width: number): Point {
  const [across, down] = SIDES[side];
  return [across * (away + width / 2), down * (away + LINE_PX / 2)];
}

/** A box by its centre and half its sides. */
export function around([x, y]: Point, halfWidth: number, halfHeight: number): Box {
  return { left: x - halfWidth, right: x + halfWidth, top: y - halfHeight, bottom: y + halfHeight };
}

/** What encloses points. */
export function boxOf(points: Point[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function isInside(box: Box, { width, height }: { width: number; height: number }): boolean {
  return box.left >= 0 && box.top >= 0 && box.right <= width && box.bottom <= height;
}
