import { expect, test } from "vitest";
import { ClockKeeper } from "@/lib/device-clock";

const at = (ms: number) => new Date(ms).toISOString();

/** Asks at `asked`, hears at `heard`; the server is `ahead` and answers after `there` ms. */
function exchange(
  keeper: ClockKeeper,
  clock: { ms: number },
  [asked, there, heard]: [number, number, number],
  ahead: number,
  epoch = "a",
) {
  clock.ms = heard;
  keeper.note(asked, { at: at(asked + there + ahead), epoch });
}

test("the quickest exchange counts, however lopsided the others were", () => {
  const clock = { ms: 0 };
  const keeper = new ClockKeeper(() => clock.ms);
  expect(keeper.known()).toBeUndefined();
  exchange(keeper, clock, [0, 2000, 2000], 100_000);
  exchange(keeper, clock, [30_000, 5, 30_010], 100_000);
  exchange(keeper, clock, [60_000, 0, 63_000], 100_000);
  const known = keeper.known();
  expect(known?.least_us).toBeLessThanOrEqual(100_000_000);
  expect(known?.most_us).toBeGreaterThanOrEqual(100_000_000);
  expect((known?.most_us ?? 0) - (known?.least_us ?? 0)).toBeLessThan(30_000);
});

test("after the server's clock was set, or with another server, only what is newer counts", () => {
  const clock = { ms: 0 };
  const keeper = new ClockKeeper(() => clock.ms);
  exchange(keeper, clock, [0, 1, 2], 0);
  exchange(keeper, clock, [30_000, 20, 30_040], -3_600_000);
  expect(keeper.known()?.most_us).toBeLessThan(-3_599_000_000);
  exchange(keeper, clock, [60_000, 500, 61_000], 0, "b");
  expect(keeper.known()?.epoch).toBe("b");
  expect(keeper.known()?.most_us).toBeGreaterThanOrEqual(0);
});
