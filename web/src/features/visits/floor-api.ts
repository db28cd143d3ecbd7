// The floor as admins see it: who is inside, with what, and what happens.
import { baseApi } from "@/lib/base-api";
import type {
  Activity,
  AdminLive,
  FloorView,
  FloorVisit,
  OrderSummary,
  Page,
  SessionDetail,
  SettleVisit,
} from "@/lib/generated/protocol";
import { BY_CURSOR, pageOf, prependItem, replaceItem, type Cursor, type Pages } from "@/lib/paging";
import { caughtUp, whileCached } from "@/lib/socket";
import { showTimesOf } from "@/lib/time";

/** A visit that has just settled: it stays on the screen for a moment with what came of it. */
export type Departure = { visit: FloorVisit; order: OrderSummary | null };
export type Floor = FloorView & { departures: Departure[] };

const ACTIVITY_KEPT = 50;
const DEPARTURE_MS = 9000;

/** Brings the floor up to date with one live message; older ones change nothing. */
export function applyToFloor(floor: Floor, { seq, change, activity }: AdminLive): void {
  if (seq < floor.seq) return;
  floor.seq = seq;
  if (activity && !floor.activity.some((known) => known.seq === activity.seq && known.text === activity.text)) {
    floor.activity = [activity, ...floor.activity].slice(0, ACTIVITY_KEPT);
  }
  if (change.kind === "visit") putVisit(floor, change.visit);
  if (change.kind === "visit_settled") settle(floor, change.session_id, change.order);
}

function putVisit(floor: Floor, changed: FloorVisit): void {
  const id = changed.visit.session_id;
  if (floor.departures.some((one) => one.visit.visit.session_id === id)) return;
  const index = floor.visits.findIndex((one) => one.visit.session_id === id);
  if (index >= 0) floor.visits[index] = changed;
  else if (changed.visit.state !== "settled") floor.visits.push(changed);
}

function settle(floor: Floor, sessionId: string, order: OrderSummary | null): void {
  const index = floor.visits.findIndex((one) => one.visit.session_id === sessionId);
  const [visit] = index >= 0 ? floor.visits.splice(index, 1) : [];
  // Told twice, counted once.
  if (!visit) return;
  floor.departures.push({ visit, order });
  if (order) countOrder(floor, order);
}

/** An order is placed at the store's local time, so it begins with its date: the first of a new day begins to count anew. */
function countOrder(floor: Floor, order: OrderSummary): void {
  const day = order.placed_at.slice(0, 10);
  if (day < floor.today) return;
  if (day > floor.today) {
    floor.today = day;
    floor.orders_today = 0;
    floor.sales_today_minor = 0;
  }
  floor.orders_today += 1;
  floor.sales_today_minor += order.total_minor;
}

export const floorApi = baseApi.injectEndpoints({
  endpoints: (build) => ({
    getFloor: build.query<Floor, void>({
      query: () => "/admin/floor",
      providesTags: ["Floor"],
      transformResponse: (answer: FloorView) => {
        showTimesOf(answer.time_zone);
        return caughtUp<AdminLive, Floor>({ ...answer, departures: [] }, applyToFloor);
      },
      // Whoever has just left stays on the screen over a refetch.
      merge: (known, answer) => ({ ...answer, departures: mergeDepartures(known.departures, answer.departures) }),
      onCacheEntryAdded: (_none, entry) =>
        whileCached<AdminLive>(entry, (message) => {
          entry.updateCachedData((floor) => applyToFloor(floor, message));
          const { change } = message;
          // How many cases are open only the server counts.
          if (change.kind === "review" || change.kind === "dispute")
            entry.dispatch(baseApi.util.invalidateTags(["Floor"]));
          if (change.kind === "visit_settled") {
            setTimeout(
              () => entry.updateCachedData((floor) => forgetDeparture(floor, change.session_id)),
              DEPARTURE_MS,
            );
          }
        }),
    }),
    getActivity: build.infiniteQuery<Page<Activity>, void, Cursor>({
      infiniteQueryOptions: BY_CURSOR,
      query: ({ pageParam }) => pageOf("/admin/activity", {}, pageParam),
      providesTags: ["Activity"],
      onCacheEntryAdded: (_none, entry) =>
        whileCached<AdminLive>(entry, ({ activity }) => {
          if (activity) entry.updateCachedData((pages) => putActivity(pages, activity));
        }),
    }),
    getSession: build.query<SessionDetail, string>({
      query: (id) => `/admin/sessions/${id}`,
      providesTags: (_detail, _error, id) => [{ type: "Session", id }],
      onCacheEntryAdded: (id, entry) =>
        whileCached<AdminLive>(entry, ({ change }) => {
          const touched =
            (change.kind === "visit" && change.visit.visit.session_id === id) ||
            (change.kind === "visit_settled" && change.session_id === id) ||
            change.kind === "review";
          if (touched) entry.dispatch(baseApi.util.invalidateTags([{ type: "Session", id }]));
        }),
    }),
    closeSession: build.mutation<null, string>({
      query: (id) => ({ url: `/admin/sessions/${id}/close`, method: "POST" }),
      invalidatesTags: (_none, _error, id) => ["Floor", { type: "Session", id }],
    }),
    settleSession: build.mutation<null, { id: string; bill: boolean }>({
      query: ({ id, bill }) => ({
        url: `/admin/sessions/${id}/settle`,
        method: "POST",
        body: { bill } satisfies SettleVisit,
      }),
      invalidatesTags: (_none, _error, { id }) => ["Floor", { type: "Session", id }],
    }),
  }),
});

function putActivity(pages: Pages<Activity>, activity: Activity): void {
  const same = (one: Activity) => one.seq === activity.seq && one.text === activity.text;
  if (!replaceItem(pages, activity, same)) prependItem(pages, activity);
}

function mergeDepartures(known: Departure[], fresh: Departure[]): Departure[] {
  const ids = new Set(fresh.map((one) => one.visit.visit.session_id));
  return [...known.filter((one) => !ids.has(one.visit.visit.session_id)), ...fresh];
}

function forgetDeparture(floor: Floor, sessionId: string): void {
  floor.departures = floor.departures.filter((one) => one.visit.visit.session_id !== sessionId);
}

export const {
  useGetFloorQuery,
  useGetActivityInfiniteQuery,
  useGetSessionQuery,
  useCloseSessionMutation,
  useSettleSessionMutation,
} = floorApi;
