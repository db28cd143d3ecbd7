// A gondola on the plan: a bar behind the line at which shoppers stand, with a tick for each slot.
import { memo } from "react";
import type { GondolaView, RoomView } from "@/lib/generated/protocol";
import { atGondola, gondolaCorners, GONDOLA_DEPTH_M, placedSlots, round, type Frame } from "@/features/room/geometry";
import { textWidth } from "@/features/room/labels";

/** Length of a slot's tick, metres. */
const TICK_M = 0.12;
/** Bars that are thinner, in pixels, have no room for their name. */
const THINNEST_PX = 12;

type Props = { gondola: GondolaView; room: RoomView; frame: Frame };

export const PlanGondola = memo(function PlanGondola({ gondola, room, frame }: Props) {
  const points = gondolaCorners(gondola).map(frame.at);
  const slots = placedSlots(room, gondola.zone);
  const [from, to] = [frame.at(gondola.from_m), frame.at(gondola.to_m)];
  return (
    <g className="plan-gondola">
      <polygon points={points.map((point) => point.join(",")).join(" ")} className="plan-gondola-bar">
        <title>{gondola.zone}</title>
      </polygon>
      {slots.map(({ slot, product, x }) => {
        const [front, back, rear] = [0, TICK_M, GONDOLA_DEPTH_M].map((depth) => frame.at(atGondola(gondola, x, depth)));
        if (!front || !back || !rear) return null;
        return (
          <g key={slot} className="plan-slot">
            <title>{product}</title>
            <line x1={front[0]} y1={front[1]} x2={rear[0]} y2={rear[1]} className="plan-slot-reach" />
            <line x1={front[0]} y1={front[1]} x2={back[0]} y2={back[1]} className="plan-slot-tick" />
          </g>
        );
      })}
      <line x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} className="plan-gondola-front" />
      <ZoneName gondola={gondola} frame={frame} />
    </g>
  );
});

/** Along the bar, and never upside down. */
function ZoneName({ gondola, frame }: { gondola: GondolaView; frame: Frame }) {
  const [from, to] = [frame.at(gondola.from_m), frame.at(gondola.to_m)];
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  if (Math.hypot(dx, dy) < textWidth(gondola.zone) || GONDOLA_DEPTH_M * frame.scale < THINNEST_PX) return null;
  const degrees = round((Math.atan2(dy, dx) * 180) / Math.PI);
  const upright = degrees > 90 ? degrees - 180 : degrees <= -90 ? degrees + 180 : degrees;
  const [x, y] = frame.at(atGondola(gondola, 0.5, (GONDOLA_DEPTH_M + TICK_M) / 2));
  return (
    <text transform={`translate(${x} ${y}) rotate(${upright})`} className="plan-zone" dy="0.35em">
      {gondola.zone}
    </text>
  );
}
