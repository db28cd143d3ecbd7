// One order as its receipt.
import { MoneyText } from "@/components/money-text";
import type { OrderLineView, OrderView } from "@/lib/generated/protocol";
import { formatRate } from "@/lib/money";
import { formatReceiptTime } from "@/lib/time";
import "@/features/orders/receipt-paper.css";

export function ReceiptPaper({ order }: { order: OrderView }) {
  const { currency } = order;
  return (
    <article className="receipt" aria-label={`Receipt ${order.number}`}>
      <div className="receipt-paper">
        <header className="receipt-head">
          <strong>{order.store_name}</strong>
          <span className="small">{formatReceiptTime(order.placed_at, order.time_zone)}</span>
          <span className="mono small">No. {order.number}</span>
        </header>
        <ul className="receipt-lines">
          {order.lines.map((line) => (
            <Line key={line.sku} line={line} currency={currency} />
          ))}
        </ul>
        <dl className="receipt-sums">
          <div className="receipt-total">
            <dt>Total</dt>
            <dd>
              <MoneyText minor={order.total_minor} currency={currency} />
            </dd>
          </div>
          {order.refunded_minor > 0 && (
            <>
              <div className="receipt-refund">
                <dt>Refunded</dt>
                <dd>
                  −<MoneyText minor={order.refunded_minor} currency={currency} />
                </dd>
              </div>
              <div>
                <dt>You paid</dt>
                <dd>
                  <MoneyText minor={order.total_minor - order.refunded_minor} currency={currency} />
                </dd>
              </div>
            </>
          )}
          {order.taxes.map((tax) => (
            <div key={tax.rate_bp} className="receipt-tax">
              <dt>
                Includes {formatRate(tax.rate_bp)} tax on <MoneyText minor={tax.net_minor} currency={currency} />
              </dt>
              <dd>
                <MoneyText minor={tax.tax_minor} currency={currency} />
              </dd>
            </div>
          ))}
        </dl>
      </div>
    </article>
  );
}

function Line({ line, currency }: { line: OrderLineView; currency: string }) {
  return (
    <li className="receipt-line">
      <span>
        {line.name}
        <span className="faint small">
          {line.quantity} × <MoneyText minor={line.unit_price_minor} currency={currency} />
        </span>
        {line.refunded_quantity > 0 && (
          <span className="receipt-refund small">
            {line.refunded_quantity} of {line.quantity} refunded
          </span>
        )}
      </span>
      <MoneyText minor={line.total_minor} currency={currency} />
    </li>
  );
}
