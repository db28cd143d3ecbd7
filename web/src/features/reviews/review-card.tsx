// A case for staff: what is known, and one click for whose it was.
import { useId, useState } from "react";
import { Evidence } from "@/components/evidence";
import { ProblemNotice } from "@/components/problem-notice";
import type { AskedView, ReviewView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatDateTime } from "@/lib/time";
import { REVIEW_REASONS } from "@/lib/words";
import { useAskShopperMutation, useDecideReviewMutation } from "@/features/reviews/reviews-api";
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
      <Questions asked={review.asked} />
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

/** What shoppers were asked, and what they said. */
function Questions({ asked }: { asked: AskedView[] }) {
  if (asked.length === 0) return null;
  return (
    <ul className="review-asked" aria-label="Asked">
      {asked.map((one) => (
        <li key={one.at}>
          <b>{one.shopper_name}</b> {ANSWERS[String(one.answer)]}{" "}
          <span className="faint small">{formatDateTime(one.at)}</span>
        </li>
      ))}
    </ul>
  );
}

const ANSWERS: Record<string, string> = {
  null: "has been asked and has not answered yet.",
  true: "says: that was me.",
  false: "says: that was not me.",
};

function Decide({ review, present }: { review: ReviewView; present: Present[] }) {
  const [decide, { isLoading, error }] = useDecideReviewMutation();
  const [ask, { isLoading: isAsking, error: askError }] = useAskShopperMutation();
  const [other, setOther] = useState("");
  const otherId = useId();
  const candidates = review.evidence.candidates;
  const others = present.filter((one) => !candidates.some((candidate) => candidate.session_id === one.sessionId));
  const notAsked = candidates.filter((one) => !review.asked.some((asked) => asked.session_id === one.session_id));
  const waiting = review.asked.some((asked) => asked.answer === null);
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
      {review.sku && !waiting && notAsked.length > 0 && (
        <div className="review-questions" role="group" aria-label="Ask on the phone">
          {notAsked.map((candidate) => (
            <button
              key={candidate.session_id}
              type="button"
              className="button button-plain button-small"
              disabled={isAsking}
              onClick={() => void ask({ id: review.id, sessionId: candidate.session_id })}
            >
              Ask {candidate.shopper_name}
            </button>
          ))}
        </div>
      )}
      <ProblemNotice problem={problemOf(error ?? askError)} />
    </>
  );
}
