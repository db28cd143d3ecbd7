// Everybody's orders, for admins.
import { baseApi } from "@/lib/base-api";
import type { AdminLive, OrderSummary, OrderView } from "@/lib/generated/protocol";
import { whileCached } from "@/lib/socket";
import { putOrder } from "@/features/orders/put-order";

const adminOrdersApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getOrders: build.query<OrderSummary[], void>({
      query: () => "/admin/orders",
      providesTags: ["Orders"],
      onCacheEntryAdded: (_none, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          const order = change.kind === "order" || change.kind === "visit_settled" ? change.order : null;
          if (order) entry.updateCachedData((orders) => putOrder(orders, order));
        }),
    }),
    getOrder: build.query<OrderView, string>({
      query: (id) => `/admin/orders/${id}`,
      providesTags: (_order, _error, id) => [{ type: "Order", id }],
      onCacheEntryAdded: (id, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          const touched =
            (change.kind === "order" && change.order.id === id) ||
            (change.kind === "dispute" && change.dispute.order_id === id);
          if (touched) entry.dispatch(baseApi.util.invalidateTags([{ type: "Order", id }]));
        }),
    }),
  }),
});

export const { useGetOrdersQuery, useGetOrderQuery } = adminOrdersApi;
