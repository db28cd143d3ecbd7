// A shopper's own orders, which the screens call receipts.
import { baseApi } from "@/lib/base-api";
import type { OrderSummary, OrderView, Page, ShopperLive } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";
import { whileCached } from "@/lib/socket";
import { putOrder } from "@/features/orders/put-order";

export const shopperOrdersApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getMyOrders: build.infiniteQuery<Page<OrderSummary>, void, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ pageParam }) => pageOf("/me/orders", {}, pageParam),
      providesTags: ["Orders"],
      onCacheEntryAdded: (_none, entry) =>
        whileCached<ShopperLive>(entry, ({ change }) => {
          if (change.kind === "order") entry.updateCachedData((pages) => putOrder(pages, change.order));
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

export const { useGetMyOrdersInfiniteQuery, useGetMyOrderQuery } = shopperOrdersApi;
