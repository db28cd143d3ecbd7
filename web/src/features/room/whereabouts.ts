// Where somebody stands, in words: for whoever does not see the plan.
import type { RoomPlanView, RoomView } from "@/lib/generated/protocol";
import { atGondola, distance, fromGondola, isPlace, placedSlots, type Point } from "@/features/room/geometry";

/** How near somebody stands to a gondola to be before or behind it, metres. */
const NEAR_M = 1.2;
const metres = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const far = (value: number) => `${metres.format(value)} m`;
const AT_GATE = { entry: "at the entry", exit: "at the exit", both: "at the door" } as const;
const GATE = { entry: "the entry", exit: "the exit", both: "the door" } as const;

/** Such as `before g1, 0.4 m from Bread`. */
export function whereabouts(room: RoomView, plan: RoomPlanView, place: Point): string {
  if (!isPlace(place)) return "at an unknown place";
  const gates = plan.gates
    .map((gate) => ({ gate, distance: distance(place, gate.centre_m) }))
    .toSorted((a, b) => a.distance - b.distance);
  const inside = gates.find(({ gate, distance: away }) => away <= gate.radius_m);
  if (inside) return AT_GATE[inside.gate.way];

  const gondolas = plan.gondolas
    .map((gondola) => ({ gondola, ...fromGondola(gondola, place) }))
    .toSorted((a, b) => a.distance - b.distance);
  const facing = gondolas.find((one) => one.before && one.distance <= NEAR_M);
  if (facing) return `before ${facing.gondola.zone}${nearestSlot(room, facing.gondola, place)}`;
  const [nearest] = gondolas;
  const [gate] = gates;
  if (nearest && nearest.distance <= NEAR_M) return `behind ${nearest.gondola.zone}`;
  if (nearest && nearest.distance <= (gate?.distance ?? Infinity)) {
    return `${far(nearest.distance)} from ${nearest.gondola.zone}`;
  }
  return gate ? `${far(gate.distance)} from ${GATE[gate.gate.way]}` : "in the room";
}

function nearestSlot(room: RoomView, gondola: RoomPlanView["gondolas"][number], place: Point): string {
  const [nearest] = placedSlots(room, gondola.zone)
    .map(({ product, x }) => ({ product, away: distance(place, atGondola(gondola, x)) }))
    .toSorted((a, b) => a.away - b.away);
  return nearest ? `, ${far(nearest.away)} from ${nearest.product}` : "";
}
