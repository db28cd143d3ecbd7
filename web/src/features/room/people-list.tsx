// Who stands where, in words: the plan for whoever does not see it.
import { Link } from "react-router";
import type { Person } from "@/features/room/person";

export function PeopleList({ people }: { people: Person[] }) {
  return (
    <details className="room-words">
      <summary>Who stands where, in words</summary>
      {people.length === 0 ? (
        <p className="quiet">Nobody is seen.</p>
      ) : (
        <ul className="room-list">
          {people.map(({ track, identity, where }) => (
            <li key={track}>
              <Who identity={identity} />: {where}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

function Who({ identity }: { identity: Person["identity"] }) {
  const [only] = identity.candidates;
  if (identity.kind === "sure" && only) return <Link to={`/visits/${only.sessionId}`}>{identity.words}</Link>;
  return <b>{identity.words}</b>;
}
