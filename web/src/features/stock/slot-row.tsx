// A slot with its stock; staff count it in place.
import { useState, type FormEvent } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import type { SlotStock, StockState } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatClock } from "@/lib/time";
import { useCountSlotMutation } from "@/features/stock/stock-api";

const WORDS: Record<StockState, string> = {
  fine: "Enough",
  low: "Low",
  disagrees: "Please count",
  unknown: "Never counted",
};
const TONE: Record<StockState, string> = {
  fine: "pill pill-good",
  low: "pill pill-bad",
  disagrees: "pill pill-wait",
  unknown: "pill",
};

export function SlotRow({ stock }: { stock: SlotStock }) {
  const [counting, setCounting] = useState(false);
  return (
    <tr>
      <td data-label="Slot" className="mono">
        {stock.slot}
      </td>
      <td data-label="Product">
        <div>
          {stock.name}
          {stock.misplaced.map((one) => (
            <span key={one.sku} className="stock-misplaced small">
              Also here: {one.units} × {one.name}, since {formatClock(one.since)}
            </span>
          ))}
        </div>
      </td>
      <td data-label="Stock">
        <Level stock={stock} />
      </td>
      <td data-label="State">
        <span className={TONE[stock.state]}>{WORDS[stock.state]}</span>
        {stock.state === "disagrees" && stock.sensed !== null && (
          <span className="faint small"> the shelf says {stock.sensed}</span>
        )}
      </td>
      <td>
        {counting ? (
          <Counting stock={stock} onDone={() => setCounting(false)} />
        ) : (
          <div className="row-actions">
            <button
              type="button"
              className="button button-plain button-small"
              aria-label={`Count ${stock.slot}`}
              onClick={() => setCounting(true)}
            >
              Count
            </button>
          </div>
        )}
      </td>
    </tr>
  );
}

function Level({ stock: { units, capacity } }: { stock: SlotStock }) {
  if (units === null) return <span className="faint">of {capacity}</span>;
  return (
    <span className="stock-level">
      <b>{units}</b> <span className="faint">of {capacity}</span>
      <meter min={0} max={capacity} low={capacity / 4} value={Math.min(units, capacity)} aria-label="Stock" />
    </span>
  );
}

const focus = (input: HTMLInputElement | null) => input?.focus();

function Counting({ stock, onDone }: { stock: SlotStock; onDone: () => void }) {
  const [units, setUnits] = useState("");
  const [count, { isLoading, error }] = useCountSlotMutation();
  const save = async (counted: number) => {
    const answer = await count({ slot: stock.slot, units: counted });
    if (answer.data) onDone();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (units !== "") void save(Number(units));
  };
  return (
    <form className="row-actions" onSubmit={submit}>
      <input
        className="input input-small stock-count"
        aria-label={`Units at ${stock.slot}`}
        type="number"
        min="0"
        step="1"
        ref={focus}
        value={units}
        onChange={(e) => setUnits(e.target.value)}
      />
      <button type="submit" className="button button-small" disabled={isLoading || units === ""}>
        Save
      </button>
      <button
        type="button"
        className="button button-plain button-small"
        disabled={isLoading}
        onClick={() => void save(stock.capacity)}
      >
        Full
      </button>
      <button type="button" className="button button-plain button-small" onClick={onDone}>
        Cancel
      </button>
      <ProblemNotice problem={problemOf(error)} />
    </form>
  );
}
