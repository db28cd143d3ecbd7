// What went wrong, said to the person.
import type { Problem } from "@/lib/generated/protocol";

export function ProblemNotice({ problem, onRetry }: { problem: Problem | null; onRetry?: () => void }) {
  if (!problem) return null;
  return (
    <div className="notice" role="alert">
      <div className="stack-s">
        <strong>{problem.detail}</strong>
        {onRetry && (
          <div>
            <button type="button" className="button button-plain button-small" onClick={onRetry}>
              Try again
            </button>
          </div>
        )}
        {problem.request_id && (
          <span className="small quiet">
            Reference: <span className="mono reference">{problem.request_id}</span>
          </span>
        )}
      </div>
    </div>
  );
}
