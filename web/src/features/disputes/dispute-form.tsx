// Contesting lines of an order: which, how many units, why.
import { useId, useState, type FormEvent } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import type { DisputedLine, NewDispute, OrderView, Problem } from "@/lib/generated/protocol";
import { DisputeLineChoice } from "@/features/disputes/dispute-line-choice";
import "@/features/disputes/disputes.css";

type Props = { order: OrderView; busy: boolean; problem: Problem | null; onSubmit: (dispute: NewDispute) => void };

const MESSAGE_MAX = 2000;

export function DisputeForm({ order, busy, problem, onSubmit }: Props) {
  const [chosen, setChosen] = useState<Record<string, DisputedLine>>({});
  const [message, setMessage] = useState("");
  const [incomplete, setIncomplete] = useState(false);
  const messageId = useId();
  const lines = order.lines.filter((line) => line.quantity > line.refunded_quantity);

  const choose = (sku: string, line: DisputedLine | null) => {
    setIncomplete(false);
    setChosen(({ [sku]: _before, ...rest }) => (line ? { ...rest, [sku]: line } : rest));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const contested = Object.values(chosen);
    if (contested.length === 0) return setIncomplete(true);
    onSubmit({ lines: contested, message: message.trim() });
  };

  return (
    <form className="stack" onSubmit={submit} aria-label="Dispute">
      <fieldset className="stack-s">
        <legend className="label">What is wrong?</legend>
        {lines.map((line) => (
          <DisputeLineChoice
            key={line.sku}
            line={line}
            currency={order.currency}
            chosen={chosen[line.sku] ?? null}
            onChange={(value) => choose(line.sku, value)}
          />
        ))}
      </fieldset>
      <div className="field">
        <label htmlFor={messageId}>Message</label>
        <textarea
          id={messageId}
          className="input"
          rows={4}
          maxLength={MESSAGE_MAX}
          value={message}
          placeholder="Anything that helps us to understand (optional)"
          onChange={(e) => setMessage(e.target.value)}
        />
      </div>
      {incomplete && (
        <p className="field-problem" role="alert">
          Choose at least one item first.
        </p>
      )}
      <ProblemNotice problem={problem} />
      <button type="submit" className="button button-wide" disabled={busy}>
        {busy ? "Sending…" : "Send dispute"}
      </button>
      <p className="faint small">
        Staff look at what the sensors saw and answer you by mail. If you are right, the money goes back.
      </p>
    </form>
  );
}
