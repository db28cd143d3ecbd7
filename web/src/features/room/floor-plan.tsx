// The plan of the room as a drawing, with everybody where they stand.
import { useId } from "react";
import type { RoomPlanView, RoomView } from "@/lib/generated/protocol";
import { round, VIEW_M, type Frame } from "@/features/room/geometry";
import type { CameraState, Freshness } from "@/features/room/people-seen";
import type { Person } from "@/features/room/person";
import { PlanCamera } from "@/features/room/plan-camera";
import { PlanGate } from "@/features/room/plan-gate";
import { PlanGondola } from "@/features/room/plan-gondola";
import { PlanPerson } from "@/features/room/plan-person";
import { useLabels } from "@/features/room/use-labels";

type Props = {
  room: RoomView;
  plan: RoomPlanView;
  frame: Frame;
  people: Person[];
  fresh: Freshness;
  colours: Record<string, number>;
  cameras: Map<string, CameraState>;
  chosen: number | null;
  onChoose: (track: number) => void;
};

export function FloorPlan({ room, plan, frame, people, fresh, colours, cameras, chosen, onChoose }: Props) {
  const id = useId();
  const [grid, fade] = [`${id}-grid`, `${id}-fade`];
  const labels = useLabels(plan, people, frame);
  const { bounds, scale } = frame;
  const [left, top] = frame.at([bounds.left, bounds.top]);
  const [zeroX, zeroY] = [left - bounds.left * scale, top + bounds.top * scale];
  return (
    <svg
      className="plan"
      viewBox={`0 0 ${frame.width} ${frame.height}`}
      width={frame.width}
      height={frame.height}
      role="group"
      aria-label="Floor plan"
    >
      <defs>
        <pattern id={grid} x={round(zeroX)} y={round(zeroY)} width={scale} height={scale} patternUnits="userSpaceOnUse">
          <circle cx={scale / 2} cy={scale / 2} r="1.1" className="plan-grid" />
        </pattern>
        <radialGradient id={fade} gradientUnits="userSpaceOnUse" cx="0" cy="0" r={round(VIEW_M * scale)}>
          <stop offset="0" className="plan-camera-view" stopOpacity="0.22" />
          <stop offset="1" className="plan-camera-view" stopOpacity="0" />
        </radialGradient>
      </defs>
      <rect width={frame.width} height={frame.height} fill={`url(#${grid})`} />
      {plan.gates.map((gate) => (
        <PlanGate key={`${gate.way} ${gate.centre_m.join(" ")}`} gate={gate} frame={frame} />
      ))}
      {plan.gondolas.map((gondola) => (
        <PlanGondola key={gondola.zone} gondola={gondola} room={room} frame={frame} />
      ))}
      {plan.cameras.map((camera) => (
        <PlanCamera
          key={camera.name}
          camera={camera}
          state={cameras.get(camera.name) ?? { kind: "unknown" }}
          frame={frame}
          fade={`url(#${fade})`}
        />
      ))}
      {fresh !== "gone" && (
        <g className={`plan-people plan-people-${fresh}`} aria-hidden={fresh === "fading"}>
          {people.map((person) => (
            <PlanPerson
              key={person.track}
              person={person}
              frame={frame}
              fresh={fresh}
              colours={colours}
              label={labels.get(person.track)}
              chosen={chosen === person.track}
              onChoose={() => onChoose(person.track)}
            />
          ))}
        </g>
      )}
    </svg>
  );
}
