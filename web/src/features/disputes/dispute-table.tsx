// All disputes, for admins.
import { Link } from "react-router";
import { Empty } from "@/components/empty";
import { MoneyText } from "@/components/money-text";
import type { DisputeView } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { DISPUTE_REASONS, DISPUTE_STATES } from "@/lib/words";

export function DisputeTable({ disputes, filtered }: { disputes: DisputeView[]; filtered: boolean }) {
  if (disputes.length === 0) return <Empty title={filtered ? "Nothing like this" : "No disputes"} />;
  return (
    <div className="table-frame">
      <table className="table">
        <thead>
          <tr>
            <th>Order</th>
            <th>Shopper</th>
            <th>Reason</th>
            <th>Opened</th>
            <th>State</th>
            <th className="end">Refund</th>
          </tr>
        </thead>
        <tbody>
          {disputes.map((dispute) => (
            <tr key={dispute.id}>
              <td data-label="Order">
                <Link to={`/disputes/${dispute.id}`}>{dispute.order_number}</Link>
              </td>
              <td data-label="Shopper">{dispute.shopper_name}</td>
              <td data-label="Reason">
                {[...new Set(dispute.lines.map((line) => DISPUTE_REASONS[line.reason]))].join(", ")}
              </td>
              <td data-label="Opened">{formatDateTime(dispute.opened_at)}</td>
              <td data-label="State">
                <span className={`pill ${DISPUTE_STATES[dispute.state].pill}`}>
                  {DISPUTE_STATES[dispute.state].word}
                </span>
              </td>
              <td data-label="Refund" className="end">
                {dispute.refund_minor > 0 && <MoneyText minor={dispute.refund_minor} currency={dispute.currency} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
