// Who changed the planogram, newest first.
import { Empty } from "@/components/empty";
import type { ChangeMeansName, PlanogramChange } from "@/lib/generated/protocol";
import { formatDateTime } from "@/lib/time";
import { ChangeText } from "@/features/planogram/change-text";

const MEANS: Record<ChangeMeansName, string> = { page: "On this page", import: "By file", command: "By command line" };

/** The products' names as they stand beside a change; without one, the SKU. */
function namesOf({ change: { before, after }, before_name, after_name }: PlanogramChange): (sku: string) => string {
  return (sku) => (sku === after?.sku ? after_name : sku === before?.sku ? before_name : null) ?? sku;
}

export function PlanogramChanges({ changes }: { changes: PlanogramChange[] }) {
  return (
    <section className="stack" aria-label="Changes">
      <h2>Changes</h2>
      {changes.length === 0 ? (
        <Empty title="Nothing has changed yet" />
      ) : (
        <div className="table-frame">
          <table className="table">
            <thead>
              <tr>
                <th>When</th>
                <th>Slot</th>
                <th>What</th>
                <th>Who</th>
              </tr>
            </thead>
            <tbody>
              {changes.map((one) => {
                const { at, by, means, change } = one;
                return (
                  <tr key={`${at} ${change.slot}`}>
                    <td data-label="When">
                      <time dateTime={at}>{formatDateTime(at)}</time>
                    </td>
                    <td data-label="Slot" className="mono">
                      {change.slot}
                    </td>
                    <td data-label="What">
                      <ChangeText change={change} nameOf={namesOf(one)} />
                    </td>
                    <td data-label="Who">
                      {by} <span className="faint">{MEANS[means]}</span>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
