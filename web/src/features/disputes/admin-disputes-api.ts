// Disputes that staff decide.
import { baseApi } from "@/lib/base-api";
import type { AdminLive, DisputeDetail, DisputeView } from "@/lib/generated/protocol";
import { whileCached } from "@/lib/socket";

type Decision = { id: string; verdict: "accept" | "reject"; answer: string };

/** Puts a dispute in its place: a known one is replaced, a new one comes first. */
function putDispute(disputes: DisputeView[], dispute: DisputeView): void {
  const index = disputes.findIndex((one) => one.id === dispute.id);
  if (index >= 0) disputes[index] = dispute;
  else disputes.unshift(dispute);
}

const adminDisputesApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getDisputes: build.query<DisputeView[], void>({
      query: () => "/admin/disputes",
      providesTags: ["Disputes"],
      onCacheEntryAdded: (_none, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          if (change.kind === "dispute") entry.updateCachedData((disputes) => putDispute(disputes, change.dispute));
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

export const { useGetDisputesQuery, useGetDisputeQuery, useDecideDisputeMutation } = adminDisputesApi;
