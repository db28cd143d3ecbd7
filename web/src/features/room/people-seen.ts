// What was last heard of the people in the room, how long it holds, and which colour each visit has.
import type { PeopleLive, RoomCameraState } from "@/lib/generated/protocol";

/** The last message, when this page heard it, and the colours of its visits. */
export type PeopleSeen = {
  live: PeopleLive;
  /** Milliseconds, this page's clock. */
  heardAt: number;
  /** Numbers from 0 to one less than {@link COLOURS}, by visit. */
  colours: Record<string, number>;
};

/** Colours in `tokens.css`: `--visit-0` and so on. */
export const COLOURS = 8;

/** Age from which a place is not true any more, milliseconds: the server tells a few a second. */
const STALE_MS = 2000;
/** Age from which nothing is left of it, milliseconds: the dots have faded by then. */
const GONE_MS = 3500;
/** Silence of a camera from which it is said, milliseconds. */
const SILENT_MS = 3000;

/** What is known after one more message. A visit keeps its colour as long as it is told of. */
export function afterHearing(known: PeopleSeen | null, live: PeopleLive, now: number): PeopleSeen {
  const ids = new Set(live.people.flatMap((person) => person.who.map((who) => who.session_id)));
  const colours: Record<string, number> = {};
  for (const id of ids) if (known?.colours[id] !== undefined) colours[id] = known.colours[id];
  for (const id of ids) colours[id] ??= freeColour(id, new Set(Object.values(colours)));
  return { live, heardAt: now, colours };
}

/** The colour that the id asks for, so that all screens agree; the next one where another visit has it. */
function freeColour(id: string, taken: Set<number>): number {
  let wanted = 0;
  for (const letter of id) wanted = (wanted * 31 + letter.charCodeAt(0)) % 9973;
  const inOrder = Array.from({ length: COLOURS }, (_none, step) => (wanted + step) % COLOURS);
  return inOrder.find((colour) => !taken.has(colour)) ?? wanted % COLOURS;
}

export type Freshness = "live" | "fading" | "gone";

/** Whether what was heard is still true. That nobody is there stays true: then the server has nothing to tell. */
export function freshness(seen: PeopleSeen, now: number): Freshness {
  const age = now - seen.heardAt;
  if (seen.live.people.length === 0 || age <= STALE_MS) return "live";
  return age <= GONE_MS ? "fading" : "gone";
}

/** A camera's last picture: when it came, RFC 3339 by the server's clock, and how long ago that is, milliseconds. */
export type LastPicture = { at: string; ago: number };

/** How a room camera does; silent without a last picture where none ever came. `why`: a sentence of the server's. */
export type CameraState =
  | { kind: "unknown" }
  | { kind: "running" }
  | { kind: "silent"; last: LastPicture | null }
  | { kind: "unusable"; why: string };

/** Whether its pictures tell where people are. */
export function seesPeople({ kind }: CameraState): boolean {
  return kind !== "silent" && kind !== "unusable";
}

/** How a camera does. Without a connection nobody can tell whether pictures go on, so time without news counts only with one. */
export function cameraState(name: string, seen: PeopleSeen | null, now: number, connected: boolean): CameraState {
  const state = seen?.live.cameras.find((camera) => camera.name === name);
  if (!seen || !state) return { kind: "unknown" };
  const waited = connected && seen.live.people.length > 0 ? Math.max(0, now - seen.heardAt) : 0;
  const { silent_ms: silent } = state;
  if (silent !== null && silent + waited <= SILENT_MS) {
    return state.trouble ? { kind: "unusable", why: state.trouble } : { kind: "running" };
  }
  return { kind: "silent", last: lastPicture(state, seen.live.at, waited) };
}

function lastPicture({ silent_ms: silent }: RoomCameraState, at: string, waited: number): LastPicture | null {
  const told = Date.parse(at);
  if (silent === null || Number.isNaN(told)) return null;
  return { at: new Date(told - silent).toISOString(), ago: silent + waited };
}
