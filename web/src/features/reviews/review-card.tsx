// A case for staff: what is known, and one click for whose it was.
import { Evidence } from "@/components/evidence";
import type { AskedView, ReviewView } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { REVIEW_REASONS } from "@/lib/words";
import { DecideReview, type Present } from "@/features/reviews/decide-review";
import "@/features/reviews/review-card.css";

export function ReviewCard({ review, present }: { review: ReviewView; present: Present[] }) {
  const what = review.name ?? review.sku ?? "unknown product";
  const verb = review.kind === "pick" ? "taken" : "put back";
  const left = review.quantity - review.came_back;
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
      {review.came_back > 0 && left > 0 && (
        <p className="review-back">
          {review.came_back} came back since: {left} left to decide.
        </p>
      )}
      {review.decision && left === 0 ? (
        <p className="review-decided">
          Came back {formatDateTime(review.decision.decided_at)}: <b>nothing to decide</b>
        </p>
      ) : review.decision ? (
        <p className="review-decided">
          Decided {formatDateTime(review.decision.decided_at)}: <b>{review.decision.shopper_name ?? "nobody"}</b>
        </p>
      ) : (
        <DecideReview review={review} present={present} />
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
