// What became of a dispute.
import { MoneyText } from "@/components/money-text";
import type { DisputeView, OrderView } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { DISPUTE_REASONS, DISPUTE_STATES } from "@/lib/words";
import "@/features/disputes/disputes.css";

export function DisputeCard({ dispute, order }: { dispute: DisputeView; order: OrderView }) {
  const state = DISPUTE_STATES[dispute.state];
  const nameOf = (sku: string) => order.lines.find((line) => line.sku === sku)?.name ?? sku;
  return (
    <section className="card stack-s" aria-label={state.word}>
      <div className="spread">
        <span className={`pill ${state.pill}`}>{state.word}</span>
        <span className="faint small">{formatDateTime(dispute.opened_at)}</span>
      </div>
      <ul className="dispute-lines">
        {dispute.lines.map((line) => (
          <li key={line.sku}>
            {line.quantity} × {nameOf(line.sku)} <span className="quiet">{DISPUTE_REASONS[line.reason]}</span>
          </li>
        ))}
      </ul>
      {dispute.message && <blockquote className="dispute-quote">{dispute.message}</blockquote>}
      {dispute.state === "open" && (
        <p className="quiet small">Staff are looking into it. You get the answer by mail.</p>
      )}
      {dispute.refund_minor > 0 && (
        <p>
          <b>
            <MoneyText minor={dispute.refund_minor} currency={dispute.currency} />
          </b>{" "}
          goes back to you.
        </p>
      )}
      {dispute.answer && (
        <div className="dispute-answer">
          <span className="label">The store's answer</span>
          <p>{dispute.answer}</p>
        </div>
      )}
    </section>
  );
}
