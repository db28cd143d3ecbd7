// A CSV file becomes the planogram: what it would change is shown before anything does.
import { useId, useState } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import type { PlanogramImported } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { ChangeText } from "@/features/planogram/change-text";
import { useImportPlanogramMutation } from "@/features/planogram/planogram-api";

/** Rows of a preview; nobody reads more. */
const MOST_SHOWN = 100;

export function ImportBox({ nameOf }: { nameOf: (sku: string) => string }) {
  const [file, setFile] = useState<File | null>(null);
  const [send, { data, error, isLoading, reset }] = useImportPlanogramMutation();
  const inputId = useId();
  const problem = problemOf(error);
  const choose = (chosen: File | null) => {
    setFile(chosen);
    reset();
    if (chosen) void send({ file: chosen, dryRun: true });
  };
  return (
    <section className="card stack" aria-label="Import a file">
      <div className="stack-s">
        <h2>Import a file</h2>
        <p className="quiet">
          A CSV file with the columns slot, sku, zone, x and capacity, and if you like name, price, tax, gtin and
          weight_g. It is the whole planogram: slots that it does not name are emptied.
        </p>
      </div>
      <div className="row">
        {/* The same file chosen again after it was mended must be read again. */}
        <input
          id={inputId}
          className="hidden-visually"
          type="file"
          accept=".csv,text/csv"
          onClick={(e) => (e.currentTarget.value = "")}
          onChange={(e) => choose(e.target.files?.[0] ?? null)}
        />
        <label htmlFor={inputId} className="button button-plain">
          Choose a file
        </label>
        <span className="quiet">{isLoading ? "Reading…" : file?.name}</span>
      </div>
      <ProblemNotice problem={problem} />
      {problem?.problems && problem.problems.length > 0 && (
        <ul className="import-list" aria-label="What is wrong">
          {problem.problems.map(({ field, detail }) => (
            <li key={`${field} ${detail}`}>
              <b>{field}</b> {detail}
            </li>
          ))}
        </ul>
      )}
      {data && <Outcome outcome={data} nameOf={nameOf} />}
      {data?.dry_run && file && isWorth(data) && (
        <div className="row">
          <button
            type="button"
            className="button"
            disabled={isLoading}
            onClick={() => void send({ file, dryRun: false })}
          >
            Make it the planogram
          </button>
          <button type="button" className="button button-plain" onClick={() => choose(null)}>
            Cancel
          </button>
        </div>
      )}
    </section>
  );
}

function isWorth({ changes, new_products, changed_products }: PlanogramImported): boolean {
  return changes.length + new_products.length + changed_products.length > 0;
}

function Outcome({ outcome, nameOf }: { outcome: PlanogramImported; nameOf: (sku: string) => string }) {
  const { changes, dry_run } = outcome;
  const added = changes.filter((change) => !change.before).length;
  const removed = changes.filter((change) => !change.after).length;
  const parts = [
    counted(added, "slot", "added"),
    counted(changes.length - added - removed, "slot", "changed"),
    counted(removed, "slot", "emptied"),
    counted(outcome.new_products.length, "product", "added"),
    counted(outcome.changed_products.length, "product", "changed"),
  ].filter((part) => part !== null);
  if (parts.length === 0) return <p role="status">The file says what is there already. Nothing changes.</p>;
  return (
    <>
      <p role="status" className={dry_run ? "notice notice-wait" : "notice notice-good"}>
        <strong>{dry_run ? "Nothing is done yet. This file would make: " : "Done: "}</strong>
        {parts.join(", ")}.
      </p>
      <ul className="import-list" aria-label={dry_run ? "What would change" : "What changed"}>
        {changes.slice(0, MOST_SHOWN).map((change) => (
          <li key={change.slot}>
            <b className="mono">{change.slot}</b> <ChangeText change={change} nameOf={nameOf} />
          </li>
        ))}
        {changes.length > MOST_SHOWN && <li>and {changes.length - MOST_SHOWN} more</li>}
      </ul>
    </>
  );
}

function counted(count: number, what: string, done: string): string | null {
  if (count === 0) return null;
  return `${count} ${what}${count === 1 ? "" : "s"} ${done}`;
}
