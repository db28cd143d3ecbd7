// The shopper's own visit and entry code.
import { baseApi } from "@/lib/base-api";
import type { CurrentVisit, EntryCode, ShopperLive } from "@/lib/generated/protocol";
import { caughtUp, whileCached } from "@/lib/socket";

/** Brings the visit up to date with one live message; older ones change nothing, and whoever is in the store again sees that visit. */
export function applyToVisit(current: CurrentVisit, { seq, change }: ShopperLive): void {
  if (seq < current.seq || change.kind !== "visit") return;
  current.seq = seq;
  const isInside = current.visit?.state === "open";
  const isOther = current.visit?.session_id !== change.visit.session_id;
  if (isInside && isOther && change.visit.state !== "open") return;
  current.visit = change.visit;
}

export const visitApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getCurrentVisit: build.query<CurrentVisit, void>({
      query: () => "/me/visit",
      providesTags: ["Visit"],
      transformResponse: (answer: CurrentVisit) => caughtUp(answer, applyToVisit),
      onCacheEntryAdded: (_none, entry) =>
        whileCached<ShopperLive>(entry, (message) => {
          const before = entry.getCacheEntry().data?.visit?.state;
          entry.updateCachedData((draft) => applyToVisit(draft, message));
          // A code opens the door once: whoever has walked in or out needs a fresh one.
          const after = entry.getCacheEntry().data?.visit?.state;
          if (before !== after) entry.dispatch(baseApi.util.invalidateTags(["Code"]));
        }),
    }),
    answerQuestion: build.mutation<void, { id: string; itWasMe: boolean }>({
      query: ({ id, itWasMe }) => ({ url: `/me/questions/${id}`, method: "POST", body: { it_was_me: itWasMe } }),
      invalidatesTags: ["Visit"],
    }),
    getEntryCode: build.query<EntryCode, void>({
      query: () => "/me/code",
      providesTags: ["Code"],
      keepUnusedDataFor: 0,
    }),
  }),
});

export const { useGetCurrentVisitQuery, useAnswerQuestionMutation, useGetEntryCodeQuery } = visitApi;
