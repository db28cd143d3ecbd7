// Who somebody may be, with the way to each of these visits.
import { Fragment } from "react";
import { Link } from "react-router";
import type { Person } from "@/features/room/person";

const percent = new Intl.NumberFormat(undefined, { style: "percent" });

export function OpenPerson({ person: { identity, where } }: { person: Person }) {
  return (
    <p className="room-open">
      This may be{" "}
      {identity.candidates.map(({ sessionId, name, probability }, index) => (
        <Fragment key={sessionId}>
          {index > 0 && (index === identity.candidates.length - 1 ? " or " : ", ")}
          <Link to={`/visits/${sessionId}`}>{name}</Link> ({percent.format(probability)})
        </Fragment>
      ))}
      : {where}.
    </p>
  );
}
