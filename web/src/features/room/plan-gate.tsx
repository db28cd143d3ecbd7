// A gate on the plan: the circle in which people come or go, with its word.
import type { RoomGateView } from "@/lib/generated/protocol";
import { GATES } from "@/lib/words";
import { round, type Frame, type Point } from "@/features/room/geometry";
import { around, textWidth, type Box } from "@/features/room/labels";

export function PlanGate({ gate, frame }: { gate: RoomGateView; frame: Frame }) {
  const [x, y] = frame.at(gate.centre_m);
  const [wordX, wordY] = wordPlace(gate, frame);
  return (
    <g className="plan-gate">
      <circle cx={x} cy={y} r={round(gate.radius_m * frame.scale)} />
      <text x={wordX} y={wordY} dy="0.35em">
        {GATES[gate.way]}
      </text>
    </g>
  );
}

/** Towards the nearer edge of the drawing: fewer people stand there. */
function wordPlace(gate: RoomGateView, frame: Frame): Point {
  const [x, y] = frame.at(gate.centre_m);
  const away = gate.radius_m * frame.scale + 12;
  return [x, round(y > frame.height / 2 ? y + away : y - away)];
}

/** What the gate's word covers. */
export function gateBox(gate: RoomGateView, frame: Frame): Box {
  return around(wordPlace(gate, frame), textWidth(GATES[gate.way]) / 2, 8);
}
