// One shopper in the store.
import { Link } from "react-router";
import { MoneyText } from "@/components/money-text";
import type { CartItem, FloorVisit, OrderSummary, Visit } from "@/lib/generated/protocol";
import { formatSpan } from "@/lib/time";
import { useLingering } from "@/lib/use-lingering";
import { initials, SEEN_BY } from "@/lib/words";

type Props = { floorVisit: FloorVisit; order: OrderSummary | null; left: boolean; now: number };

/** As many as a card shows; the rest becomes a number. */
const SHOWN = 7;
const LEAVING_MS = 400;
const skuOf = (item: CartItem) => item.sku;

export function FloorCard({ floorVisit, order, left, now }: Props) {
  const { visit, shopper_name: name, doubted_at: doubted } = floorVisit;
  const settling = left || visit.state !== "open";
  const until = visit.exited_at ? Date.parse(visit.exited_at) : now;
  return (
    <li className={`floor-card${settling ? " floor-card-settling" : ""}${left ? " floor-card-left" : ""}`}>
      <Link to={`/visits/${visit.session_id}`} className="floor-card-head">
        <span className="avatar" aria-hidden="true">
          {initials(name)}
        </span>
        <span className="floor-card-who">
          <b>{name}</b>
          <span className="floor-card-how">{howTheyStand(visit, settling)}</span>
        </span>
        <span className="floor-card-time numbers">{formatSpan(Date.parse(visit.opened_at), until)}</span>
      </Link>
      {doubted && !left && (
        <p className="floor-card-doubt" role="alert">
          Is this really {name}? Later pictures deny it.
        </p>
      )}
      {left ? <Outcome order={order} /> : <Items items={visit.cart.items} />}
      {!left && (
        <div className="floor-card-total">
          <span>{visit.forgotten ? "Decide what is billed" : settling ? "Settling…" : "Cart"}</span>
          <MoneyText minor={visit.cart.total_minor} currency={visit.cart.currency} />
        </div>
      )}
    </li>
  );
}

function Items({ items }: { items: CartItem[] }) {
  const kept = useLingering(items, skuOf, LEAVING_MS);
  if (kept.length === 0) return <p className="floor-card-empty">Nothing taken yet</p>;
  const hidden = kept.length - SHOWN;
  return (
    <ul className="floor-items">
      {kept.slice(0, SHOWN).map(({ item, leaving }) => (
        <li key={item.sku} className={leaving ? "floor-item floor-item-leaving" : "floor-item"}>
          <span key={item.quantity} className="floor-item-count numbers">
            {item.quantity}×
          </span>
          <span className="floor-item-name">{item.name}</span>
        </li>
      ))}
      {hidden > 0 && <li className="floor-item faint">and {hidden} more</li>}
    </ul>
  );
}

function Outcome({ order }: { order: OrderSummary | null }) {
  return (
    <div className="floor-outcome">
      {order ? (
        <>
          <span className="floor-outcome-sum">
            <MoneyText minor={order.total_minor} currency={order.currency} />
          </span>
          <Link to={`/orders/${order.id}`}>Order {order.number}</Link>
        </>
      ) : (
        <span>Bought nothing</span>
      )}
    </div>
  );
}

function howTheyStand(visit: Visit, settling: boolean): string {
  if (visit.forgotten && visit.state !== "settled") return "Not seen to leave";
  return settling ? "Walked out" : `Came in ${SEEN_BY[visit.opened_by]}`;
}
