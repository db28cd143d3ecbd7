// The store as it is now: readable from across a room.
import { useMemo } from "react";
import { Link } from "react-router";
import { Answer } from "@/components/answer";
import { MoneyText } from "@/components/money-text";
import { RoomPlan } from "@/features/room/room-plan";
import { ActivityFeed } from "@/features/visits/activity-feed";
import { useGetStockInfiniteQuery } from "@/features/stock/stock-api";
import { stockToDo } from "@/features/stock/stock-to-do";
import { useGetFloorQuery, type Floor } from "@/features/visits/floor-api";
import { FloorBoard } from "@/features/visits/floor-board";
import { itemsOf } from "@/lib/paging";
import { useEveryPage } from "@/lib/use-every-page";

export function MonitorPage() {
  const query = useGetFloorQuery(undefined, { refetchOnFocus: true, refetchOnReconnect: true });
  return (
    <Answer query={query}>
      {(floor) => (
        <div className="monitor">
          <Counts floor={floor} />
          <div className="monitor-floor">
            <Room floor={floor} />
            <FloorBoard floor={floor} />
          </div>
          <ActivityFeed activity={floor.activity}>
            <Link to="/activity" className="small">
              Everything that happened
            </Link>
          </ActivityFeed>
        </div>
      )}
    </Answer>
  );
}

function Counts({ floor }: { floor: Floor }) {
  const inside = floor.visits.filter((one) => one.visit.state === "open").length;
  return (
    <header className="counts">
      <div className="count count-inside">
        <h1 className="count-label">Inside now</h1>
        <output className="count-number" aria-label="Inside now">
          {inside}
        </output>
      </div>
      <div className="count">
        <span className="count-label">Sales today</span>
        <span className="count-number">
          <MoneyText minor={floor.sales_today_minor} currency={floor.currency} />
        </span>
        <span className="count-note">{floor.orders_today === 1 ? "1 order" : `${floor.orders_today} orders`}</span>
      </div>
      <Waiting to="/reviews" words="Open reviews" count={floor.open_reviews} />
      <Waiting to="/disputes" words="Open disputes" count={floor.open_disputes} />
      <Shelves />
      {floor.set_aside > 0 && <Waiting to="/set-aside" words="Set aside" count={floor.set_aside} todo="Look now" />}
    </header>
  );
}

/** Whoever is still at the exit keeps their name while their card says goodbye. */
function Room({ floor: { visits, departures } }: { floor: Floor }) {
  const all = useMemo(() => [...visits, ...departures.map((one) => one.visit)], [visits, departures]);
  return <RoomPlan visits={all} />;
}

/** Slots that somebody should go to. */
function Shelves() {
  const query = useGetStockInfiniteQuery({});
  useEveryPage(query);
  if (!query.data) return null;
  const { low, unsure, misplaced } = stockToDo(itemsOf(query.data));
  return (
    <Waiting to="/stock" words="At the shelves" count={low.length + unsure.length + misplaced.length} todo="To do" />
  );
}

function Waiting({
  to,
  words,
  count,
  todo = "Decide now",
}: {
  to: string;
  words: string;
  count: number;
  todo?: string;
}) {
  return (
    <Link to={to} className={count > 0 ? "count count-waiting" : "count"}>
      <span className="count-label">{words}</span>
      <span className="count-number">{count}</span>
      <span className="count-note">{count > 0 ? todo : "All done"}</span>
    </Link>
  );
}
