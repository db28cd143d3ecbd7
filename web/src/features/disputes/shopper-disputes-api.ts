// Opening a dispute: from the app, or by the link in the mail without a log-in.
import { baseApi } from "@/lib/base-api";
import type { DisputeView, NewDispute, NewDisputeByLink, OrderView } from "@/lib/generated/protocol";

const shopperDisputesApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    openDispute: build.mutation<DisputeView, { orderId: string; dispute: NewDispute }>({
      query: ({ orderId, dispute }) => ({ url: `/me/orders/${orderId}/disputes`, method: "POST", body: dispute }),
      invalidatesTags: (_dispute, _error, { orderId }) => ["Orders", { type: "Order", id: orderId }],
    }),
    openDisputeLink: build.query<OrderView, string>({
      query: (token) => ({ url: "/dispute-link", method: "POST", body: { token } }),
      providesTags: ["Order"],
      keepUnusedDataFor: 0,
    }),
    openDisputeByLink: build.mutation<DisputeView, NewDisputeByLink>({
      query: (body) => ({ url: "/dispute-link/disputes", method: "POST", body }),
      invalidatesTags: ["Order"],
    }),
  }),
});

export const { useOpenDisputeMutation, useOpenDisputeLinkQuery, useOpenDisputeByLinkMutation } = shopperDisputesApi;
