// @vitest-environment node
import { expect, test } from "vitest";
import { cameraWords } from "@/features/room/camera-words";
import { afterHearing, cameraState, COLOURS, freshness } from "@/features/room/people-seen";
import { peopleLive, person } from "@/testing/room-samples";

const ADA = person(1, [2, 2], { a: 1 });

test("places hold for two seconds, then fade and are gone; that nobody is there stays true", () => {
  const seen = afterHearing(null, peopleLive([ADA]), 10_000);
  const at = (ms: number) => freshness(seen, 10_000 + ms);
  expect([at(-200), at(0), at(2000), at(2001), at(3500), at(3501)]).toEqual([
    "live",
    "live",
    "live",
    "fading",
    "fading",
    "gone",
  ]);
  expect(freshness(afterHearing(seen, peopleLive([]), 10_000), 99_000)).toBe("live");
});

test("a visit keeps its colour while others come and go, and no two share one while there are enough", () => {
  const visits = Array.from({ length: COLOURS }, (_none, index) => `visit-${index}`);
  const all = visits.map((id, index) => person(index, [1, 1], { [id]: 1 }));
  const first = afterHearing(null, peopleLive(all.slice(0, 3)), 0);
  const full = afterHearing(first, peopleLive(all), 1);
  expect(full.colours).toMatchObject(first.colours);
  expect(new Set(Object.values(full.colours)).size).toBe(COLOURS);
  const crowded = afterHearing(full, peopleLive([...all, person(99, [1, 1], { late: 1 })]), 2);
  expect(crowded.colours).toMatchObject(full.colours);
  expect(crowded.colours["late"]).toBeLessThan(COLOURS);
  // Whoever is gone leaves nothing behind.
  expect(afterHearing(crowded, peopleLive([]), 3).colours).toEqual({});
});

test("every page gives a visit the same colour", () => {
  const colour = (id: string) => afterHearing(null, peopleLive([person(7, [0, 0], { [id]: 1 })]), 0).colours[id];
  expect(colour("6f1c9d7e")).toBe(colour("6f1c9d7e"));
});

test("a camera without pictures for more than three seconds is silent since its last one", () => {
  const state = (silent: number | null, changes: { later?: number; connected?: boolean; nobody?: boolean } = {}) => {
    const { later = 0, connected = true, nobody = false } = changes;
    const live = peopleLive(nobody ? [] : [ADA], { cameras: [{ name: "cam1", silent_ms: silent, trouble: null }] });
    return cameraState("cam1", afterHearing(null, live, 5000), 5000 + later, connected);
  };
  expect(state(3000)).toEqual({ kind: "running" });
  expect(state(3001)).toEqual({ kind: "silent", last: { at: "2026-11-22T11:59:56.999Z", ago: 3001 } });
  expect(state(null)).toEqual({ kind: "silent", last: null });
  // Without news the silence goes on, unless it is our connection that is silent or there is nothing to tell.
  expect(state(500, { later: 2400 })).toEqual({ kind: "running" });
  expect(state(500, { later: 2600 })).toEqual({ kind: "silent", last: { at: "2026-11-22T11:59:59.500Z", ago: 3100 } });
  expect(state(500, { later: 60_000, connected: false })).toEqual({ kind: "running" });
  expect(state(500, { later: 60_000, nobody: true })).toEqual({ kind: "running" });
});

test("a camera that nobody has told of is neither well nor silent", () => {
  const seen = afterHearing(null, peopleLive([]), 0);
  expect(cameraState("cam9", seen, 0, true)).toEqual({ kind: "unknown" });
  expect(cameraState("cam1", null, 0, true)).toEqual({ kind: "unknown" });
  const odd = afterHearing(
    null,
    peopleLive([], { at: "", cameras: [{ name: "cam1", silent_ms: 9000, trouble: null }] }),
    0,
  );
  expect(cameraState("cam1", odd, 0, true)).toEqual({ kind: "silent", last: null });
});

test("the time of a last picture has its day where it may be another", () => {
  const words = (ago: number) => cameraWords({ kind: "silent", last: { at: "2026-11-21T12:00:00Z", ago } });
  expect(words(60_000)).not.toContain("21");
  expect(words(24 * 3_600_000)).toContain("21");
  expect(cameraWords({ kind: "silent", last: null })).toBe("no picture yet");
});
