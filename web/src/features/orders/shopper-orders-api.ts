// A shopper's own orders, which the screens call receipts.
import { baseApi } from "@/lib/base-api";
import type { OrderSummary, OrderView, ShopperLive } from "@/lib/generated/protocol";
import { whileCached } from "@/lib/socket";
import { putOrder } from "@/features/orders/put-order";

export const shopperOrdersApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getMyOrders: build.query<OrderSummary[], void>({
      query: () => "/me/orders",
      providesTags: ["Orders"],
      onCacheEntryAdded: (_none, entry) =>
        whileCached<ShopperLive>(entry, ({ change }) => {
          if (change.kind === "order") entry.updateCachedData((orders) => putOrder(orders, change.order));
        }),
    }),
    getMyOrder: build.query<OrderView, string>({
      query: (id) => `/me/orders/${id}`,
      providesTags: (_order, _error, id) => [{ type: "Order", id }],
      onCacheEntryAdded: (id, entry) =>
        whileCached<ShopperLive>(entry, ({ change }) => {
          const touched =
            (change.kind === "order" && change.order.id === id) ||
            (change.kind === "dispute" && change.dispute.order_id === id);
          if (touched) entry.dispatch(baseApi.util.invalidateTags([{ type: "Order", id }]));
        }),
    }),
  }),
});

export const { useGetMyOrdersQuery, useGetMyOrderQuery } = shopperOrdersApi;
