// A shopper's receipts, newest first.
import { Link } from "react-router";
import { Empty } from "@/components/empty";
import { MoneyText } from "@/components/money-text";
import type { OrderSummary } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { DISPUTE_STATES } from "@/lib/words";

export function OrderList({ orders }: { orders: OrderSummary[] }) {
  if (orders.length === 0) {
    return (
      <Empty title="No receipts yet">
        <p>After your first visit the receipt shows up here, and in your mail.</p>
      </Empty>
    );
  }
  return (
    <ul className="order-list">
      {orders.map((order) => (
        <li key={order.id}>
          <Link to={`/receipts/${order.id}`} className="order-row">
            <span className="order-when">
              <b>{formatDateTime(order.placed_at, order.time_zone)}</b>
              <span className="faint small">
                {order.units === 1 ? "1 item" : `${order.units} items`}, no. {order.number}
              </span>
              {order.dispute && (
                <span className={`pill ${DISPUTE_STATES[order.dispute].pill}`}>
                  {DISPUTE_STATES[order.dispute].word}
                </span>
              )}
            </span>
            <b className="order-sum">
              <MoneyText minor={order.total_minor} currency={order.currency} />
            </b>
          </Link>
        </li>
      ))}
    </ul>
  );
}
