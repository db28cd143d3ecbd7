// Everybody's orders, for admins.
import { baseApi } from "@/lib/base-api";
import type { AdminLive, OrderSummary, OrderView, Page } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";
import { whileCached } from "@/lib/socket";
import { putOrder } from "@/features/orders/put-order";

/** Which orders; times are RFC 3339, amounts in minor units. */
export type OrderFilters = {
  search?: string;
  state?: string;
  from?: string;
  before?: string;
  least_minor?: number;
  most_minor?: number;
};

const adminOrdersApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getOrders: build.infiniteQuery<Page<OrderSummary>, OrderFilters, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/orders", queryArg, pageParam),
      providesTags: ["Orders"],
      onCacheEntryAdded: (filters, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          const order = change.kind === "order" || change.kind === "visit_settled" ? change.order : null;
          if (order) entry.updateCachedData((pages) => putOrder(pages, order, isFiltered(filters)));
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

function isFiltered(filters: OrderFilters): boolean {
  return Object.values(filters).some((value) => value !== undefined && value !== "");
}

export const { useGetOrdersInfiniteQuery, useGetOrderQuery } = adminOrdersApi;
