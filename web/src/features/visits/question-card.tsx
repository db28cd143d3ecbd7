// "Did you take this?": staff are not sure, and ask.
import { ProblemNotice } from "@/components/problem-notice";
import { useAnswerQuestionMutation } from "@/features/visits/visit-api";
import type { Question } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatClock } from "@/lib/time";
import "@/features/visits/question-card.css";

export function QuestionCard({ question }: { question: Question }) {
  const [answer, { isLoading, error }] = useAnswerQuestionMutation();
  const say = (itWasMe: boolean) => void answer({ id: question.id, itWasMe });
  const verb = question.put_back ? "put back" : "take";
  return (
    <section className="card question" aria-label="A question from the store">
      <div>
        <h2>
          Did you {verb} {question.quantity} × {question.name}?
        </h2>
        <p className="quiet">
          At {formatClock(question.occurred_at)} we could not tell who it was. You only pay for it if it was you.
        </p>
      </div>
      <div className="question-answers">
        <button type="button" className="button" disabled={isLoading} onClick={() => say(true)}>
          Yes, that was me
        </button>
        <button type="button" className="button button-plain" disabled={isLoading} onClick={() => say(false)}>
          No
        </button>
      </div>
      <ProblemNotice problem={problemOf(error)} />
    </section>
  );
}
