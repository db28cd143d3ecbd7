// Cases that staff decide.
import { useMemo } from "react";
import { Empty } from "@/components/empty";
import { FilterChoice } from "@/components/filter-choice";
import { PagedAnswer } from "@/components/paged-answer";
import { SearchBox } from "@/components/search-box";
import { ReviewCard } from "@/features/reviews/review-card";
import { useGetReviewsInfiniteQuery, type ReviewState } from "@/features/reviews/reviews-api";
import { useGetFloorQuery } from "@/features/visits/floor-api";
import { useUrlFilters } from "@/lib/use-url-filters";
import { REVIEW_REASONS } from "@/lib/words";

export function ReviewsPage() {
  const [filters, set] = useUrlFilters(["state", "reason", "zone", "search"]);
  const state: ReviewState = filters.state === "decided" ? "decided" : "open";
  const query = useGetReviewsInfiniteQuery({ ...filters, state }, { refetchOnMountOrArgChange: true });
  const { data: floor } = useGetFloorQuery();
  const present = useMemo(
    () => (floor?.visits ?? []).map((one) => ({ sessionId: one.visit.session_id, name: one.shopper_name })),
    [floor?.visits],
  );
  const filtered = filters.reason !== "" || filters.zone !== "" || filters.search !== "";
  const nothing = state === "open" ? "Nothing to decide" : "Nothing was decided yet";
  return (
    <div className="admin-narrow">
      <header className="admin-head">
        <div>
          <h1>Reviews</h1>
          <p>Nobody pays for a guess. These cases need your eyes.</p>
        </div>
        <div className="switch" role="group" aria-label="Which reviews">
          {(["open", "decided"] as const).map((one) => (
            <button
              key={one}
              type="button"
              aria-pressed={state === one}
              onClick={() => set("state", one === "open" ? "" : one)}
            >
              {one === "open" ? "Open" : "Decided"}
            </button>
          ))}
        </div>
      </header>
      <div role="search" className="filters" aria-label="Which cases">
        <SearchBox label="Slot or product" value={filters.search} onSearch={(text) => set("search", text)} />
        <FilterChoice
          label="Reason"
          any="Any reason"
          words={REVIEW_REASONS}
          value={filters.reason}
          onChoose={(reason) => set("reason", reason)}
        />
        <SearchBox label="Zone" type="text" value={filters.zone} onSearch={(zone) => set("zone", zone)} />
      </div>
      <PagedAnswer query={query}>
        {(reviews) =>
          reviews.length === 0 ? (
            <Empty title={filtered ? "No such case" : nothing} />
          ) : (
            reviews.map((review) => <ReviewCard key={review.id} review={review} present={present} />)
          )
        }
      </PagedAnswer>
    </div>
  );
}
