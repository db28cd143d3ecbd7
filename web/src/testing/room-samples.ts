// A room with its people, plausible on the wire.
import type {
  FloorVisit,
  PeopleLive,
  PersonView,
  RoomCameraView,
  RoomPlanView,
  RoomView,
} from "@/lib/generated/protocol";
import { visitWith } from "@/testing/samples";

/** A camera that looks along `x`, `y` of the floor and a little down. */
export function sampleCamera(name: string, centre: [number, number, number], x: number, y: number): RoomCameraView {
  return {
    name,
    rotation: [
      [y, -x, 0],
      [0, 0, -1],
      [x, y, 0],
    ],
    centre_m: centre,
    focal_px: 358,
    k1: 0,
    principal_px: [320, 180],
    size_px: [640, 360],
  };
}

/** One gondola along the upper wall with its shoppers below it, an entry, an exit, two cameras. */
export function samplePlan(changes: Partial<RoomPlanView> = {}): RoomPlanView {
  return {
    cameras: [sampleCamera("cam1", [0, 4, 2.5], 1, 0), sampleCamera("cam2", [5, 4, 2.5], -1, 0)],
    gates: [
      { centre_m: [1, 0.5], radius_m: 0.5, way: "entry" },
      { centre_m: [4, 0.5], radius_m: 0.5, way: "exit" },
    ],
    gondolas: [{ zone: "g1", from_m: [1, 3.5], to_m: [3, 3.5], height_m: null }],
    ...changes,
  };
}

export function sampleRoom(plan: RoomPlanView | null = samplePlan()): RoomView {
  const slots = [
    { slot: "g1s1", product: "Bread", x: 0.25 },
    { slot: "g1s2", product: "Oat milk", x: 0.75 },
    { slot: "g1s3", product: "Somewhere", x: null },
  ];
  return { version: plan ? 1 : 0, plan, zones: [{ zone: "g1", slots }] };
}

/** Somebody at a place, and whose visit it may be. */
export function person(track: number, head: [number, number], who: Record<string, number> = {}): PersonView {
  const likely = Object.entries(who).map(([session_id, probability]) => ({ session_id, probability }));
  return { track, head_m: head, hands_m: [], who: likely };
}

export function peopleLive(people: PersonView[], changes: Partial<PeopleLive> = {}): PeopleLive {
  const cameras = ["cam1", "cam2"].map((name) => ({ name, silent_ms: 100, trouble: null }));
  return { at: "2026-11-22T12:00:00Z", people, cameras, ...changes };
}

/** The visit with this id, of a shopper with this name. */
export function visitOf(id: string, name: string): FloorVisit {
  return { shopper_id: `of-${id}`, shopper_name: name, visit: visitWith(0, { session_id: id }), doubted_at: null };
}
