// Whose it was, and where load cells leave it open, what: one click decides; another asks on the phone.
import { useId, useState } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import type { ReviewView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { useAskShopperMutation, useDecideReviewMutation } from "@/features/reviews/reviews-api";

/** Somebody whom a case can be assigned to. */
export type Present = { sessionId: string; name: string };

export function DecideReview({ review, present }: { review: ReviewView; present: Present[] }) {
  const [decide, { isLoading, error }] = useDecideReviewMutation();
  const [ask, { isLoading: isAsking, error: askError }] = useAskShopperMutation();
  const [other, setOther] = useState("");
  const [sku, setSku] = useState(review.sku);
  const otherId = useId();
  const productId = useId();
  const candidates = review.evidence.candidates;
  const others = present.filter((one) => !candidates.some((candidate) => candidate.session_id === one.sessionId));
  const notAsked = candidates.filter((one) => !review.asked.some((asked) => asked.session_id === one.session_id));
  const waiting = review.asked.some((asked) => asked.answer === null);
  const assign = (sessionId: string | null) => void decide({ id: review.id, sessionId, sku: sku ?? undefined });
  const products = review.sku === null ? [] : review.evidence.contents;
  return (
    <>
      {products.length > 1 && (
        <p className="review-product">
          <label htmlFor={productId}>What was it?</label>
          <select
            id={productId}
            className="input input-small"
            value={sku ?? ""}
            onChange={(e) => setSku(e.target.value)}
          >
            {products.map((product) => (
              <option key={product.sku} value={product.sku}>
                {product.sku === review.sku ? review.quantity - review.came_back : product.quantity} × {product.name}
              </option>
            ))}
          </select>
        </p>
      )}
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
