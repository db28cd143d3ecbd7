// Somebody as the plan shows them: where they are drawn, who they are, and how that is said.
import type { FloorVisit, PersonView, RoomPlanView, RoomView } from "@/lib/generated/protocol";
import { isPlace, type Point } from "@/features/room/geometry";
import { whereabouts } from "@/features/room/whereabouts";
import { namesOf, whoIs, type Identity } from "@/features/room/who";

export type Person = {
  track: number;
  /** Metres. */
  head: Point;
  /** Metres. */
  hands: Point[];
  identity: Identity;
  /** Such as `before g1, 0.4 m from Bread`. */
  where: string;
};

/** Everybody who stands at a place. */
export function peopleOf(
  people: PersonView[],
  room: RoomView,
  plan: RoomPlanView,
  visits: Pick<FloorVisit, "shopper_name" | "visit">[],
): Person[] {
  const names = namesOf(visits);
  return people
    .filter((person) => isPlace(person.head_m))
    .map((person) => ({
      track: person.track,
      head: person.head_m,
      hands: person.hands_m.filter(isPlace).map(([x, y]): Point => [x, y]),
      identity: whoIs(person, names),
      where: whereabouts(room, plan, person.head_m),
    }));
}
