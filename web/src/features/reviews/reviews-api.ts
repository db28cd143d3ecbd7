// Cases that staff decide.
import { baseApi } from "@/lib/base-api";
import type { AdminLive, Page, ReviewView } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, prependItem, removeItem, replaceItem, type Cursor, type Pages } from "@/lib/paging";
import { whileCached } from "@/lib/socket";

export type ReviewState = "open" | "decided";
/** Which cases. */
export type ReviewFilters = { state: ReviewState; reason?: string; zone?: string; search?: string };

/** Puts a review where it belongs in the list of open or of decided ones, and out of the other. */
export function applyToReviews(pages: Pages<ReviewView>, review: ReviewView, filters: ReviewFilters): void {
  const same = (one: ReviewView) => one.id === review.id;
  const belongs = (review.decision === null) === (filters.state === "open");
  if (!belongs) removeItem(pages, same);
  else if (!replaceItem(pages, review, same) && mayBeIn(review, filters)) prependItem(pages, review);
}

/** Zones and searches only the server understands: what is new does not show until it is asked again. */
function mayBeIn(review: ReviewView, { reason, zone, search }: ReviewFilters): boolean {
  return !zone && !search && (!reason || reason === review.reason);
}

const reviewsApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getReviews: build.infiniteQuery<Page<ReviewView>, ReviewFilters, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/reviews", queryArg, pageParam),
      providesTags: ["Reviews"],
      onCacheEntryAdded: (filters, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          if (change.kind === "review")
            entry.updateCachedData((pages) => applyToReviews(pages, change.review, filters));
        }),
    }),
    decideReview: build.mutation<ReviewView, { id: string; sessionId: string | null; sku?: string }>({
      query: ({ id, sessionId, sku }) => ({
        url: `/admin/reviews/${id}`,
        method: "POST",
        body: { session_id: sessionId, sku },
      }),
      invalidatesTags: ["Reviews", "Floor"],
    }),
    askShopper: build.mutation<ReviewView, { id: string; sessionId: string }>({
      query: ({ id, sessionId }) => ({
        url: `/admin/reviews/${id}/ask`,
        method: "POST",
        body: { session_id: sessionId },
      }),
      invalidatesTags: ["Reviews"],
    }),
  }),
});

export const { useGetReviewsInfiniteQuery, useDecideReviewMutation, useAskShopperMutation } = reviewsApi;
