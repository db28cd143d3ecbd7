// Tax rates with the day from which on they hold. What has been billed by stays as it is.
import { parseRate } from "@/lib/money";
import type { RateDraft, StoreDraft } from "@/features/store/store-draft";

type Props = { draft: StoreDraft; today: string; editable: boolean; onChange: (part: Partial<StoreDraft>) => void };

export function TaxRateFields({ draft, today, editable, onChange }: Props) {
  const set = (place: number, part: Partial<RateDraft>) =>
    onChange({ rates: draft.rates.map((rate, at) => (at === place ? { ...rate, ...part } : rate)) });
  const last = draft.rates.at(-1);
  const add = () =>
    onChange({
      rates: [...draft.rates, { validFrom: "", standard: last?.standard ?? "", reduced: last?.reduced ?? "" }],
    });
  return (
    <section className="card stack" aria-label="Tax rates">
      <h2>Tax rates</h2>
      <p className="small quiet">
        Prices include them. Rates can begin today or later; what was billed before keeps those of its day.
      </p>
      <table className="table">
        <thead>
          <tr>
            <th>Valid from</th>
            <th>Standard, %</th>
            <th>Reduced, %</th>
            {editable && (
              <th>
                <span className="hidden-visually">Actions</span>
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {draft.rates.map((rate, place) => (
            <RateRow
              key={place}
              rate={rate}
              today={today}
              editable={editable}
              onChange={(part) => set(place, part)}
              onRemove={() => onChange({ rates: draft.rates.filter((_, at) => at !== place) })}
            />
          ))}
        </tbody>
      </table>
      {editable && (
        <div>
          <button type="button" className="button button-plain button-small" onClick={add}>
            Add rates
          </button>
        </div>
      )}
    </section>
  );
}

type RowProps = {
  rate: RateDraft;
  today: string;
  editable: boolean;
  onChange: (part: Partial<RateDraft>) => void;
  onRemove: () => void;
};

function RateRow({ rate, today, editable, onChange, onRemove }: RowProps) {
  const isOpen = editable && rate.validFrom !== null && (rate.validFrom === "" || rate.validFrom >= today);
  const from = rate.validFrom ?? "the beginning";
  if (!isOpen) {
    return (
      <tr>
        <td data-label="Valid from">{rate.validFrom ?? "The beginning"}</td>
        <td data-label="Standard, %">{rate.standard}</td>
        <td data-label="Reduced, %">{rate.reduced}</td>
        {editable && <td />}
      </tr>
    );
  }
  const input = (label: string, value: string, set: (text: string) => void) => (
    <td data-label={label}>
      <input
        className="input input-small"
        inputMode="decimal"
        aria-label={`${label}, from ${from}`}
        aria-invalid={parseRate(value) === null || undefined}
        value={value}
        onChange={(e) => set(e.target.value)}
      />
    </td>
  );
  return (
    <tr>
      <td data-label="Valid from">
        <input
          type="date"
          required
          min={today}
          className="input input-small"
          aria-label="Valid from"
          value={rate.validFrom ?? ""}
          onChange={(e) => onChange({ validFrom: e.target.value })}
        />
      </td>
      {input("Standard, %", rate.standard, (standard) => onChange({ standard }))}
      {input("Reduced, %", rate.reduced, (reduced) => onChange({ reduced }))}
      <td>
        <button type="button" className="button-text" aria-label={`Remove the rates from ${from}`} onClick={onRemove}>
          Remove
        </button>
      </td>
    </tr>
  );
}
