// Where names stand in this drawing, and that they stay where they stood in the last one while there is room.
import { useMemo, useState } from "react";
import type { RoomPlanView } from "@/lib/generated/protocol";
import { gondolaCorners, isPlace, type Frame } from "@/features/room/geometry";
import { around, boxOf, placeLabels, type Box, type Placed } from "@/features/room/labels";
import type { Person } from "@/features/room/person";
import { gateBox } from "@/features/room/plan-gate";

type Drawn = { people: Person[]; frame: Frame; labels: Map<number, Placed> };

export function useLabels(plan: RoomPlanView, people: Person[], frame: Frame): Map<number, Placed> {
  const fixed = useMemo(() => fixtureBoxes(plan, frame), [plan, frame]);
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  if (drawn?.people === people && drawn.frame === frame) return drawn.labels;
  const named = people.map(({ track, head, identity }) => ({ track, at: frame.at(head), label: identity.label }));
  const labels = placeLabels(named, frame, [...fixed, ...handBoxes(people, frame)], drawn?.labels ?? new Map());
  setDrawn({ people, frame, labels });
  return labels;
}

/** What names had better not cover. */
function fixtureBoxes(plan: RoomPlanView, frame: Frame): Box[] {
  return [
    ...plan.gondolas.map((gondola) => boxOf(gondolaCorners(gondola).map(frame.at))),
    ...plan.gates.map((gate) => gateBox(gate, frame)),
    ...plan.cameras
      .filter((camera) => isPlace(camera.centre_m))
      .map((camera) => around(frame.at([camera.centre_m[0], camera.centre_m[1]]), 9, 9)),
  ];
}

function handBoxes(people: Person[], frame: Frame): Box[] {
  return people.flatMap((person) => person.hands.map((hand) => around(frame.at(hand), 4, 4)));
}
