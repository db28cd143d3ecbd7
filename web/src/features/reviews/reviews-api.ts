// Cases that staff decide.
import { baseApi } from "@/lib/base-api";
import type { AdminLive, ReviewView } from "@/lib/generated/protocol";
import { whileCached } from "@/lib/socket";

export type ReviewFilter = "open" | "decided";

/** Puts a review where it belongs in the list of open or of decided ones, and out of the other. */
export function applyToReviews(reviews: ReviewView[], review: ReviewView, filter: ReviewFilter): void {
  const index = reviews.findIndex((one) => one.id === review.id);
  const belongs = (review.decision === null) === (filter === "open");
  if (index >= 0 && belongs) reviews[index] = review;
  else if (index >= 0) reviews.splice(index, 1);
  else if (belongs) reviews.unshift(review);
}

const reviewsApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getReviews: build.query<ReviewView[], ReviewFilter>({
      query: (state) => ({ url: "/admin/reviews", params: { state } }),
      providesTags: ["Reviews"],
      onCacheEntryAdded: (filter, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          if (change.kind === "review")
            entry.updateCachedData((reviews) => applyToReviews(reviews, change.review, filter));
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

export const { useGetReviewsQuery, useDecideReviewMutation, useAskShopperMutation } = reviewsApi;
