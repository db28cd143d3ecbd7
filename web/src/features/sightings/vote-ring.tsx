// The frame around the camera picture: how many looks agree so far.
import type { GateOutcome } from "@/lib/generated/protocol";

export function VoteRing({ outcome, awake }: { outcome: GateOutcome | null; awake: boolean }) {
  if (outcome?.kind !== "keep_looking") return awake ? <span className="gate-awake" aria-hidden="true" /> : null;
  const { votes, needed } = outcome;
  return (
    <div
      className="gate-votes"
      role="progressbar"
      aria-label="Recognising"
      aria-valuemin={0}
      aria-valuemax={needed}
      aria-valuenow={votes}
    >
      {Array.from({ length: needed }, (_, index) => (
        // Steps of a progress have no other identity than their place.
        // oxlint-disable-next-line react/no-array-index-key
        <span key={index} className={index < votes ? "gate-vote gate-vote-on" : "gate-vote"} />
      ))}
    </div>
  );
}
