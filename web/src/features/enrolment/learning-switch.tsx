// Whether visits may add templates: off unless the shopper says so.
import { ProblemNotice } from "@/components/problem-notice";
import type { FaceEnrolment } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { useSetLearningMutation } from "@/features/enrolment/enrolment-api";

export function LearningSwitch({ face }: { face: FaceEnrolment }) {
  const [setLearning, { isLoading, error }] = useSetLearningMutation();
  return (
    <>
      <label className="switch">
        <input
          type="checkbox"
          checked={face.learns}
          disabled={isLoading}
          onChange={(event) => void setLearning(event.target.checked)}
        />
        <span>
          Keep up with how I look
          <small className="quiet">
            When a visit shows surely that it is you, we keep up to three more templates of it, encrypted, so that a
            beard or new glasses do not lock you out. Switch it off, and they are deleted at once.
          </small>
        </span>
      </label>
      <ProblemNotice problem={problemOf(error)} />
    </>
  );
}
