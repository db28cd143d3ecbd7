// Cases that staff decide.
import { useMemo, useState } from "react";
import { Answer } from "@/components/answer";
import { Empty } from "@/components/empty";
import { ReviewCard } from "@/features/reviews/review-card";
import { useGetReviewsQuery, type ReviewFilter } from "@/features/reviews/reviews-api";
import { useGetFloorQuery } from "@/features/visits/floor-api";

export function ReviewsPage() {
  const [filter, setFilter] = useState<ReviewFilter>("open");
  const query = useGetReviewsQuery(filter, { refetchOnMountOrArgChange: true });
  const { data: floor } = useGetFloorQuery();
  const present = useMemo(
    () => (floor?.visits ?? []).map((one) => ({ sessionId: one.visit.session_id, name: one.shopper_name })),
    [floor?.visits],
  );
  return (
    <div className="admin-narrow">
      <header className="admin-head">
        <div>
          <h1>Reviews</h1>
          <p>Nobody pays for a guess. These cases need your eyes.</p>
        </div>
        <div className="switch" role="group" aria-label="Which reviews">
          {(["open", "decided"] as const).map((one) => (
            <button key={one} type="button" aria-pressed={filter === one} onClick={() => setFilter(one)}>
              {one === "open" ? "Open" : "Decided"}
            </button>
          ))}
        </div>
      </header>
      <Answer query={{ ...query, data: query.currentData }}>
        {(reviews) =>
          reviews.length === 0 ? (
            <Empty title={filter === "open" ? "Nothing to decide" : "Nothing was decided yet"} />
          ) : (
            reviews.map((review) => <ReviewCard key={review.id} review={review} present={present} />)
          )
        }
      </Answer>
    </div>
  );
}
