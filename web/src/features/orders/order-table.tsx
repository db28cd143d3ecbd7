// All orders, for admins.
import { Link } from "react-router";
import { Empty } from "@/components/empty";
import { MoneyText } from "@/components/money-text";
import type { OrderSummary } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { DISPUTE_STATES } from "@/lib/words";

export function OrderTable({ orders, filtered }: { orders: OrderSummary[]; filtered: boolean }) {
  if (orders.length === 0) return <Empty title={filtered ? "Nothing like this" : "No orders yet"} />;
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Order</th>
            <th>Shopper</th>
            <th>Placed</th>
            <th className="end">Items</th>
            <th className="end">Total</th>
            <th>Dispute</th>
          </tr>
        </thead>
        <tbody>
          {orders.map((order) => (
            <tr key={order.id}>
              <td data-label="Order">
                <Link to={`/orders/${order.id}`}>{order.number}</Link>
              </td>
              <td data-label="Shopper">{order.shopper_name}</td>
              <td data-label="Placed">{formatDateTime(order.placed_at, order.time_zone)}</td>
              <td data-label="Items" className="end">
                {order.units}
              </td>
              <td data-label="Total" className="end">
                <MoneyText minor={order.total_minor} currency={order.currency} />
              </td>
              <td data-label="Dispute">
                {order.dispute && (
                  <span className={`pill ${DISPUTE_STATES[order.dispute].pill}`}>
                    {DISPUTE_STATES[order.dispute].word}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
