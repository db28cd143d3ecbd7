// What was attributed to a visit, each with its evidence.
import { Evidence } from "@/components/evidence";
import type { InteractionView } from "@/lib/generated/protocol";
import { formatClock } from "@/lib/time";
import { didWhat } from "@/lib/words";
import "@/features/visits/interaction-list.css";

const percent = new Intl.NumberFormat(undefined, { style: "percent" });

export function InteractionList({ interactions }: { interactions: InteractionView[] }) {
  if (interactions.length === 0) return <p className="quiet">Nothing was attributed to this visit.</p>;
  return (
    <ol className="interactions">
      {interactions.map((one) => (
        <li key={one.id}>
          <details className="interaction" open={interactions.length <= 4}>
            <summary>
              <time dateTime={one.occurred_at} className="numbers faint">
                {formatClock(one.occurred_at)}
              </time>
              <b className="interaction-what">{didWhat(one.kind, one.quantity, one.name)}</b>
              <span className={one.confidence < 0.8 ? "pill pill-wait" : "pill pill-good"}>
                {percent.format(one.confidence)} sure
              </span>
            </summary>
            <Evidence evidence={one.evidence} />
          </details>
        </li>
      ))}
    </ol>
  );
}
