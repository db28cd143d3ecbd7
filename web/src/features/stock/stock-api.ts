// Stock: what should stand where, counting it, and refilling zones.
import { baseApi } from "@/lib/base-api";
import type { AdminLive, Page, StaffBadge, ZoneStock } from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, type Cursor } from "@/lib/paging";
import { whileCached } from "@/lib/socket";

/** Picks come many at a time: the list is asked for again at most this often. */
const AGAIN_MS = 2000;
const MOVES = new Set<AdminLive["change"]["kind"]>(["stock", "visit", "review"]);

/** Which slots. */
export type StockFilters = { search?: string; state?: string };

const stockApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getStock: build.infiniteQuery<Page<ZoneStock>, StockFilters, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ queryArg, pageParam }) => pageOf("/admin/stock", queryArg, pageParam),
      providesTags: ["Stock"],
      onCacheEntryAdded: (_none, entry) => {
        let waiting: ReturnType<typeof setTimeout> | null = null;
        const again = () => {
          waiting = null;
          entry.dispatch(baseApi.util.invalidateTags(["Stock"]));
        };
        return whileCached<AdminLive>(entry, ({ change }) => {
          if (MOVES.has(change.kind)) waiting ??= setTimeout(again, AGAIN_MS);
        });
      },
    }),
    getBadge: build.query<StaffBadge, void>({ query: () => "/admin/me/badge" }),
    countSlot: build.mutation<ZoneStock[], { slot: string; units: number }>({
      query: ({ slot, units }) => ({
        url: `/admin/stock/${encodeURIComponent(slot)}`,
        method: "PUT",
        body: { units },
      }),
      invalidatesTags: ["Stock"],
    }),
    setRestocking: build.mutation<ZoneStock[], { zone: string; on: boolean }>({
      query: ({ zone, on }) => ({
        url: `/admin/zones/${encodeURIComponent(zone)}/restocking`,
        method: "PUT",
        body: { on },
      }),
      invalidatesTags: ["Stock"],
    }),
  }),
});

export const { useGetStockInfiniteQuery, useGetBadgeQuery, useCountSlotMutation, useSetRestockingMutation } = stockApi;
