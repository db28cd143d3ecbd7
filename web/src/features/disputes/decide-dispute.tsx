// Staff accept or reject a dispute, with an answer.
import { useId, useState } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import { problemOf } from "@/lib/problem";
import { useDecideDisputeMutation } from "@/features/disputes/admin-disputes-api";

export function DecideDispute({ id }: { id: string }) {
  const [decide, { isLoading, error }] = useDecideDisputeMutation();
  const [answer, setAnswer] = useState("");
  const [missing, setMissing] = useState(false);
  const answerId = useId();
  const send = (verdict: "accept" | "reject") => {
    if (verdict === "reject" && !answer.trim()) return setMissing(true);
    void decide({ id, verdict, answer: answer.trim() });
  };
  return (
    <section className="card stack" aria-label="Decide">
      <h2>Decide</h2>
      <div className="field">
        <label htmlFor={answerId}>Answer to the shopper</label>
        <textarea
          id={answerId}
          className="input"
          rows={4}
          maxLength={2000}
          value={answer}
          aria-invalid={missing || undefined}
          aria-describedby={`${answerId}-note`}
          onChange={(e) => {
            setMissing(false);
            setAnswer(e.target.value);
          }}
        />
        <span id={`${answerId}-note`} className={missing ? "field-problem" : "field-hint"}>
          {missing ? "Tell the shopper why, before you reject." : "They read it in their mail. Needed when you reject."}
        </span>
      </div>
      <ProblemNotice problem={problemOf(error)} />
      <div className="row">
        <button type="button" className="button" disabled={isLoading} onClick={() => send("accept")}>
          Accept and refund
        </button>
        <button type="button" className="button button-danger" disabled={isLoading} onClick={() => send("reject")}>
          Reject
        </button>
      </div>
    </section>
  );
}
