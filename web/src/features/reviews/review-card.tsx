// A case for staff: what is known, and one click for whose it was.
import { useId, useState } from "react";
import { Evidence } from "@/components/evidence";
import { ProblemNotice } from "@/components/problem-notice";
import type { ReviewView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatDateTime } from "@/lib/time";
import { REVIEW_REASONS } from "@/lib/words";
import { useDecideReviewMutation } from "@/features/reviews/reviews-api";
import "@/features/reviews/review-card.css";

/** Somebody whom a case can be assigned to. */
export type Present = { sessionId: string; name: string };

export function ReviewCard({ review, present }: { review: ReviewView; present: Present[] }) {
  const what = review.name ?? review.sku ?? "unknown product";
  const verb = review.kind === "pick" ? "taken" : "put back";
  return (
    <article className="card review" aria-label={`${what} ${verb}`}>
      <header className="review-head">
        <div>
          <h2>
            {review.quantity} × {what} {verb}
          </h2>
          <p className="quiet">{REVIEW_REASONS[review.reason]}</p>
        </div>
        <span className="faint small">{formatDateTime(review.opened_at)}</span>
      </header>
      <Evidence evidence={review.evidence} />
      {review.decision ? (
        <p className="review-decided">
          Decided {formatDateTime(review.decision.decided_at)}: <b>{review.decision.shopper_name ?? "nobody"}</b>
        </p>
      ) : (
        <Decide review={review} present={present} />
      )}
    </article>
  );
}

function Decide({ review, present }: { review: ReviewView; present: Present[] }) {
  const [decide, { isLoading, error }] = useDecideReviewMutation();
  const [other, setOther] = useState("");
  const otherId = useId();
  const candidates = review.evidence.candidates;
  const others = present.filter((one) => !candidates.some((candidate) => candidate.session_id === one.sessionId));
  const assign = (sessionId: string | null) => void decide({ id: review.id, sessionId });
  return (
    <>
      <div className="review-choices" role="group" aria-label="Whose was it?">
        {candidates.map((candidate) => (
          <button
            key={candidate.session_id}
            type="button"
            className="button"
            disabled={isLoading}
            onClick={() => assign(candidate.session_id)}
          >
            It was {candidate.shopper_name}
          </button>
        ))}
        <button type="button" className="button button-plain" disabled={isLoading} onClick={() => assign(null)}>
          Nobody
        </button>
        {others.length > 0 && (
          <span className="review-other">
            <label htmlFor={otherId} className="hidden-visually">
              Somebody else
            </label>
            <select id={otherId} className="input input-small" value={other} onChange={(e) => setOther(e.target.value)}>
              <option value="">Somebody else…</option>
              {others.map((one) => (
                <option key={one.sessionId} value={one.sessionId}>
                  {one.name}
                </option>
              ))}
            </select>
            {other && (
              <button type="button" className="button button-small" disabled={isLoading} onClick={() => assign(other)}>
                Assign
              </button>
            )}
          </span>
        )}
      </div>
      <ProblemNotice problem={problemOf(error)} />
    </>
  );
}
