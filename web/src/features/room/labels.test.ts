// @vitest-environment node
import { expect, test } from "vitest";
import { around, DOT_PX, overlap, placeLabels, textWidth, type Named } from "@/features/room/labels";

const SIZE = { width: 600, height: 400, scale: 80 };
const place = (people: Named[], avoid = [] as Parameters<typeof placeLabels>[2], before = new Map()) =>
  placeLabels(people, SIZE, avoid, before);
const at = (track: number, x: number, y: number, label = "Ada"): Named => ({ track, at: [x, y], label });

function boxes(people: Named[]) {
  const placed = place(people);
  return people.flatMap((one) => {
    const label = placed.get(one.track);
    if (!label) return [];
    const middle = [one.at[0] + label.at[0], one.at[1] + label.at[1]] as const;
    return [{ track: one.track, box: around(middle, textWidth(one.label) / 2, 8.5) }];
  });
}

test("a lone name stands below its dot; nobody's has none", () => {
  expect(place([at(1, 300, 200)]).get(1)?.side).toBe("below");
  expect(place([at(1, 300, 200, "")]).size).toBe(0);
});

test("a name leaves the drawing nowhere, and what it had better not cover only where it must", () => {
  expect(place([at(1, 300, 395)]).get(1)?.side).toBe("above");
  expect(place([at(1, 300, 200)], [around([300, 230], 40, 10)]).get(1)?.side).toBe("above");
  const everywhere = [around([300, 200], 300, 200)];
  expect(place([at(1, 300, 200)], everywhere).get(1)?.side).toBe("below");
});

test("a name stays where it stood while there is room", () => {
  const before = new Map([[1, { side: "right" as const, at: [0, 0] as const }]]);
  expect(place([at(1, 300, 200)], [], before).get(1)?.side).toBe("right");
  expect(place([at(1, 300, 200), at(2, 330, 200)], [], before).get(1)?.side).not.toBe("right");
});

test.each([
  ["a pair", [at(1, 300, 200, "Ada or Bob"), at(2, 325, 205, "Bob or Ada")]],
  ["a row of ten", Array.from({ length: 10 }, (_none, index) => at(index, 60 + index * 30, 200))],
  [
    "sixty people",
    Array.from({ length: 60 }, (_none, index) => at(index, 40 + (index % 10) * 35, 60 + Math.floor(index / 10) * 35)),
  ],
  ["all at one place", Array.from({ length: 5 }, (_none, index) => at(index, 300, 200))],
] as [string, Named[]][])("of %s no name covers a dot or another name", (_name, people) => {
  const names = boxes(people);
  for (const { track, box } of names) {
    const dots = people.filter((one) => one.track !== track).map((one) => around(one.at, DOT_PX, DOT_PX));
    expect(dots.filter((dot) => overlap(dot, box))).toEqual([]);
    expect(names.filter((other) => other.track !== track && overlap(other.box, box))).toEqual([]);
  }
  expect(names.length).toBeGreaterThan(0);
});
