// Why a mailed link does not open, each case with what to do instead.
import { Link } from "react-router";
import { Empty } from "@/components/empty";
import { ProblemNotice } from "@/components/problem-notice";
import type { ErrorCode, Problem } from "@/lib/generated/protocol";

const CASES: Partial<Record<ErrorCode, { title: string; advice: string }>> = {
  expired: {
    title: "This link has expired",
    advice: "Links from the mail work for a limited time. Log in to dispute the receipt from the app.",
  },
  invalid_link: {
    title: "This link is not valid",
    advice: "It may have been cut off or changed on its way. Open it from the mail again, or log in to the app.",
  },
  already_used: {
    title: "This link was used before",
    advice: "Your dispute has reached us. Log in to see where it stands.",
  },
};

export function LinkTrouble({ problem, onRetry }: { problem: Problem; onRetry: () => void }) {
  const known = CASES[problem.code];
  if (!known) return <ProblemNotice problem={problem} onRetry={onRetry} />;
  return (
    <div role="alert">
      <Empty title={known.title} heading="h1">
        <p>{known.advice}</p>
        <Link to="/receipts" className="button">
          Go to my receipts
        </Link>
      </Empty>
    </div>
  );
}
