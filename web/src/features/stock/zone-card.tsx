// A zone with what stands in it, and the way to refill it without billing anybody.
import { ProblemNotice } from "@/components/problem-notice";
import type { ZoneStock } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatClock } from "@/lib/time";
import { SlotRow } from "@/features/stock/slot-row";
import { useSetRestockingMutation } from "@/features/stock/stock-api";
import "@/features/stock/stock.css";

export function ZoneCard({ zone: { zone, restocking, slots } }: { zone: ZoneStock }) {
  const [set, { isLoading, error }] = useSetRestockingMutation();
  return (
    <section className="stack" aria-label={`Zone ${zone}`}>
      <div className="spread">
        <h2>Zone {zone}</h2>
        <button
          type="button"
          className={restocking ? "button button-small" : "button button-plain button-small"}
          disabled={isLoading}
          onClick={() => void set({ zone, on: !restocking })}
        >
          {restocking ? "Done refilling" : "Refill this zone"}
        </button>
      </div>
      {restocking && (
        <p className="stock-refilling" role="status">
          {restocking.by} has been refilling since {formatClock(restocking.since)}. What is moved here bills nobody, not
          even shoppers. It ends by itself at {formatClock(restocking.until)}.
        </p>
      )}
      <ProblemNotice problem={problemOf(error)} />
      <div className="table-frame">
        <table className="table">
          <thead>
            <tr>
              <th>Slot</th>
              <th>Product</th>
              <th>Stock</th>
              <th>State</th>
              <th>
                <span className="hidden-visually">Actions</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {slots.map((slot) => (
              <SlotRow key={slot.slot} stock={slot} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
