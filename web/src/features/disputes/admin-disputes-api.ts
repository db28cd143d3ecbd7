// Disputes that staff decide.
import { baseApi } from "@/lib/base-api";
import type { AdminLive, DisputeDetail, DisputeView, Page } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, prependItem, removeItem, replaceItem, type Cursor, type Pages } from "@/lib/paging";
import { whileCached } from "@/lib/socket";

type Decision = { id: string; verdict: "accept" | "reject"; answer: string };

/** Which disputes. */
export type DisputeFilters = { state?: string; search?: string };

/** Puts a dispute in its place: a known one is replaced, or leaves where the filter no longer fits; a new one comes first. */
function putDispute(pages: Pages<DisputeView>, dispute: DisputeView, { state, search }: DisputeFilters): void {
  const same = (one: DisputeView) => one.id === dispute.id;
  if (state && state !== dispute.state) removeItem(pages, same);
  else if (!replaceItem(pages, dispute, same) && !search) prependItem(pages, dispute);
}

const adminDisputesApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getDisputes: build.infiniteQuery<Page<DisputeView>, DisputeFilters, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/disputes", queryArg, pageParam),
      providesTags: ["Disputes"],
      onCacheEntryAdded: (filters, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          if (change.kind === "dispute") entry.updateCachedData((pages) => putDispute(pages, change.dispute, filters));
        }),
    }),
    getDispute: build.query<DisputeDetail, string>({
      query: (id) => `/admin/disputes/${id}`,
      providesTags: (_detail, _error, id) => [{ type: "Dispute", id }],
      onCacheEntryAdded: (id, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          if (change.kind === "dispute" && change.dispute.id === id)
            entry.dispatch(baseApi.util.invalidateTags([{ type: "Dispute", id }]));
        }),
    }),
    decideDispute: build.mutation<DisputeView, Decision>({
      query: ({ id, verdict, answer }) => ({
        url: `/admin/disputes/${id}/${verdict}`,
        method: "POST",
        body: { answer },
      }),
      invalidatesTags: (_dispute, _error, { id }) => ["Disputes", { type: "Dispute", id }, "Order", "Orders", "Floor"],
    }),
  }),
});

export const { useGetDisputesInfiniteQuery, useGetDisputeQuery, useDecideDisputeMutation } = adminDisputesApi;
