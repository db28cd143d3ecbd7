// Somebody on the plan: a dot with initials, hands, and a name. A visit's dot leads to it; an open one says who it may be.
import type { KeyboardEvent } from "react";
import { Link } from "react-router";
import type { Frame, Point } from "@/features/room/geometry";
import { round } from "@/features/room/geometry";
import { DOT_PX, dotShrink, type Placed } from "@/features/room/labels";
import type { Freshness } from "@/features/room/people-seen";
import type { Person } from "@/features/room/person";

type Props = {
  person: Person;
  frame: Frame;
  fresh: Freshness;
  colours: Record<string, number>;
  /** Where the name stands; none where it has no room. */
  label: Placed | undefined;
  /** Whether the page tells more of this one. */
  chosen: boolean;
  onChoose: () => void;
};

export function PlanPerson({ person, frame, fresh, colours, label, chosen, onChoose }: Props) {
  const { identity, head, where, track } = person;
  const [x, y] = frame.at(head);
  const words = `${identity.words}, ${where}`;
  const shades = identity.candidates.map((one) => `var(--visit-${colours[one.sessionId] ?? 0})`);
  // What fades away is not true any more, and leads nowhere.
  const leads = fresh === "live" ? identity.kind : "nobody";
  const mark = (
    <>
      <title>{words}</title>
      <circle r="22" className="plan-person-touch" />
      <Hands person={person} frame={frame} from={[x, y]} />
      <Dot person={person} shades={shades} shrink={dotShrink(frame.scale)} />
      {label && (
        <text x={label.at[0]} y={label.at[1]} dy="0.35em" className="plan-name">
          {identity.label}
        </text>
      )}
    </>
  );
  return (
    <g
      className={`plan-person plan-person-${identity.kind}`}
      style={{ transform: `translate(${x}px, ${y}px)`, color: shades.length === 1 ? shades[0] : undefined }}
      data-track={track}
    >
      {leads === "sure" && (
        <Link to={`/visits/${identity.candidates[0]?.sessionId}`} aria-label={words}>
          {mark}
        </Link>
      )}
      {leads === "open" && (
        <g
          role="button"
          tabIndex={0}
          aria-label={words}
          aria-expanded={chosen}
          onClick={onChoose}
          onKeyDown={(pressed) => onPress(pressed, onChoose)}
        >
          {mark}
        </g>
      )}
      {leads === "nobody" && (
        <g role="img" aria-label={words}>
          {mark}
        </g>
      )}
    </g>
  );
}

function onPress(pressed: KeyboardEvent, choose: () => void): void {
  if (pressed.key !== "Enter" && pressed.key !== " ") return;
  // The space bar would scroll the page.
  pressed.preventDefault();
  choose();
}

function Hands({ person, frame, from }: { person: Person; frame: Frame; from: Point }) {
  return person.hands.map((hand, index) => {
    const [x, y] = frame.at(hand);
    const [dx, dy] = [round(x - from[0]), round(y - from[1])];
    return (
      // Hands have no names: there are two at most, in the order of the wire.
      <g key={index === 0 ? "one" : `other-${index}`} className="plan-hand">
        <line x1="0" y1="0" x2={dx} y2={dy} />
        <circle cx={dx} cy={dy} r="3.5" />
      </g>
    );
  });
}

/** One colour for one visit; two halves for two that it may be; none for nobody's. */
function Dot({ person: { identity }, shades, shrink }: { person: Person; shades: string[]; shrink: number }) {
  const [left, right] = identity.signs;
  const half = `M0 ${-DOT_PX}A${DOT_PX} ${DOT_PX} 0 0`;
  return (
    <g transform={shrink === 1 ? undefined : `scale(${shrink})`}>
      <circle r={DOT_PX + 3.5} className="plan-person-ring" />
      <circle r={DOT_PX} className="plan-person-dot" />
      {right !== undefined && (
        <>
          <path d={`${half} 0 0 ${DOT_PX}Z`} fill={shades[0]} />
          <path d={`${half} 1 0 ${DOT_PX}Z`} fill={shades[1]} />
        </>
      )}
      <text x={right === undefined ? 0 : -5.5} dy="0.35em" className="plan-sign">
        {left}
      </text>
      {right !== undefined && (
        <text x="5.5" dy="0.35em" className="plan-sign">
          {right}
        </text>
      )}
    </g>
  );
}
