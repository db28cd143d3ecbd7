// One line of an order that can be contested.
import { useId } from "react";
import { MoneyText } from "@/components/money-text";
import type { DisputedLine, DisputeReason, OrderLineView } from "@/lib/generated/protocol";
import { DISPUTE_REASONS } from "@/lib/words";

type Props = {
  line: OrderLineView;
  currency: string;
  chosen: DisputedLine | null;
  onChange: (line: DisputedLine | null) => void;
};

const REASONS = Object.entries(DISPUTE_REASONS) as [DisputeReason, string][];

export function DisputeLineChoice({ line, currency, chosen, onChange }: Props) {
  const id = useId();
  const most = line.quantity - line.refunded_quantity;
  return (
    <div className={chosen ? "dispute-choice dispute-choice-on" : "dispute-choice"}>
      <label className="dispute-choice-head">
        <input
          type="checkbox"
          checked={chosen !== null}
          onChange={(e) => onChange(e.target.checked ? { sku: line.sku, quantity: most, reason: "not_taken" } : null)}
        />
        <span>{line.name}</span>
        <span className="quiet">
          {line.quantity} × <MoneyText minor={line.unit_price_minor} currency={currency} />
        </span>
      </label>
      {chosen && (
        <div className="dispute-choice-more">
          <div className="field">
            <label htmlFor={`${id}-units`}>Units</label>
            <select
              id={`${id}-units`}
              className="input"
              aria-label={`Units of ${line.name}`}
              value={chosen.quantity}
              onChange={(e) => onChange({ ...chosen, quantity: Number(e.target.value) })}
            >
              {Array.from({ length: most }, (_, index) => index + 1).map((units) => (
                <option key={units} value={units}>
                  {units}
                </option>
              ))}
            </select>
          </div>
          <div className="field">
            <label htmlFor={`${id}-reason`}>Reason</label>
            <select
              id={`${id}-reason`}
              className="input"
              aria-label={`Reason for ${line.name}`}
              value={chosen.reason}
              onChange={(e) => onChange({ ...chosen, reason: e.target.value as DisputeReason })}
            >
              {REASONS.map(([reason, words]) => (
                <option key={reason} value={reason}>
                  {words}
                </option>
              ))}
            </select>
          </div>
        </div>
      )}
    </div>
  );
}
