// The floor plan with everybody in the room, live. Without a saved plan there is nothing to see, not even a frame.
import { useMemo, useRef, useState } from "react";
import { useSelector } from "react-redux";
import { ProblemNotice } from "@/components/problem-notice";
import { selectConnection } from "@/lib/connection-slice";
import type { FloorVisit, PersonView, RoomPlanView, RoomView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatClock } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { cameraWords } from "@/features/room/camera-words";
import { FloorPlan } from "@/features/room/floor-plan";
import { boundsOf, frameOf } from "@/features/room/geometry";
import { OpenPerson } from "@/features/room/open-person";
import { PeopleList } from "@/features/room/people-list";
import {
  cameraState,
  freshness,
  seesPeople,
  type CameraState,
  type Freshness,
  type PeopleSeen,
} from "@/features/room/people-seen";
import { peopleOf, type Person } from "@/features/room/person";
import { useGetPeopleQuery, useGetRoomQuery } from "@/features/room/room-api";
import { useWidth } from "@/features/room/use-width";
import "@/features/room/room.css";

const NOBODY: PersonView[] = [];
/** Until the page was measured, pixels. */
const FIRST_WIDTH = 640;
/** How often the age of what was heard is looked at, milliseconds. */
const LOOK_MS = 500;

/** `visits` gives people their names. */
export function RoomPlan({ visits }: { visits: FloorVisit[] }) {
  const { data: room, error, refetch } = useGetRoomQuery(undefined, { refetchOnMountOrArgChange: true });
  if (!room) return <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch()} />;
  return room.plan && <LivePlan room={room} plan={room.plan} visits={visits} />;
}

function LivePlan({ room, plan, visits }: { room: RoomView; plan: RoomPlanView; visits: FloorVisit[] }) {
  const { data: seen = null } = useGetPeopleQuery();
  const connected = useSelector(selectConnection) === "live";
  const now = useNow(LOOK_MS);
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box, FIRST_WIDTH);
  const [chosen, setChosen] = useState<number | null>(null);

  const fresh = seen ? freshness(seen, now) : "live";
  const told = seen && fresh !== "gone" ? seen.live.people : NOBODY;
  const { left, right, bottom, top } = useMemo(() => boundsOf(plan, told), [plan, told]);
  // Most messages change nothing of it, and then gondolas need not be drawn anew.
  const frame = useMemo(() => frameOf({ left, right, bottom, top }, width), [left, right, bottom, top, width]);
  const people = useMemo(() => peopleOf(told, room, plan, visits), [told, room, plan, visits]);
  const cameras = new Map(plan.cameras.map(({ name }) => [name, cameraState(name, seen, now, connected)]));
  const standing = fresh === "live" ? people : [];
  const open = standing.find((person) => person.track === chosen && person.identity.kind === "open");
  return (
    <section className="room" aria-labelledby="room-title">
      <header className="room-head">
        <h2 id="room-title">Floor plan</h2>
        <span className="quiet">{countWords(seen, fresh, people.length)}</span>
      </header>
      <Blind cameras={cameras} />
      <div className="room-drawing" ref={box}>
        <FloorPlan
          room={room}
          plan={plan}
          frame={frame}
          people={people}
          fresh={fresh}
          colours={seen?.colours ?? {}}
          cameras={cameras}
          chosen={open ? chosen : null}
          onChoose={(track) => setChosen((known) => (known === track ? null : track))}
        />
      </div>
      {open && <OpenPerson person={open} />}
      <footer className="room-foot">
        <PeopleList people={standing} />
        <Legend people={standing} />
      </footer>
    </section>
  );
}

function countWords(seen: PeopleSeen | null, fresh: Freshness, count: number): string {
  if (seen && fresh !== "live") return `Nothing heard since ${formatClock(seen.live.at)}`;
  if (count === 0) return "Nobody is seen";
  return count === 1 ? "1 person" : `${count} people`;
}

/** Cameras whose pictures are missing or useless: where they should see, people are lost. */
function Blind({ cameras }: { cameras: Map<string, CameraState> }) {
  const blind = [...cameras].filter(([, state]) => !seesPeople(state));
  if (blind.length === 0) return null;
  return (
    <ul className="room-silent" aria-label="Cameras without pictures">
      {blind.map(([name, state]) => (
        <li key={name} className="pill pill-wait">
          Camera {name}: {cameraWords(state)}
        </li>
      ))}
    </ul>
  );
}

/** Only what can be seen on the plan now. */
function Legend({ people }: { people: Person[] }) {
  const kinds = new Set(people.map((person) => person.identity.kind));
  return (
    <p className="room-legend small faint">
      {kinds.has("open") && <span>Two letters: it may be either of them.</span>}
      {kinds.has("nobody") && <span>?: has no visit, such as staff.</span>}
      <span>Points are 1 m apart.</span>
    </p>
  );
}
