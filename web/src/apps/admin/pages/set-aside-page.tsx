// What the store could not take in. Nothing of it is lost: somebody reads it and does what has to be done.
import { Empty } from "@/components/empty";
import { PagedAnswer } from "@/components/paged-answer";
import { ProblemNotice } from "@/components/problem-notice";
import { useGetSetAsideInfiniteQuery, useNoteSeenMutation } from "@/features/set-aside/set-aside-api";
import type { SetAsideView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatDateTime } from "@/lib/time";

/** What is said of each kind; a kind that is not known yet is shown by its own name. */
const KINDS: Record<string, string> = {
  shelf_event: "A shelf told something",
  input: "A camera, a scanner or a shopper told something",
  command: "Somebody changed something",
  due: "Something was due by itself",
};

export function SetAsidePage() {
  const query = useGetSetAsideInfiniteQuery(undefined, { refetchOnMountOrArgChange: true });
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>Set aside</h1>
          <p>What the store could not take in, with the reason. Nobody was billed for it.</p>
        </div>
      </header>
      <PagedAnswer query={query}>
        {(inputs) =>
          inputs.length === 0 ? (
            <Empty title="Nothing was set aside" />
          ) : (
            <ul className="set-aside stack" aria-label="Set aside">
              {inputs.map((input) => (
                <li key={input.id} className="card stack">
                  <SetAsideInput input={input} />
                </li>
              ))}
            </ul>
          )
        }
      </PagedAnswer>
    </>
  );
}

function SetAsideInput({ input }: { input: SetAsideView }) {
  const [note, { isLoading, error }] = useNoteSeenMutation();
  return (
    <>
      <div className="row">
        <b>{KINDS[input.kind] ?? input.kind}</b>
        <span className="small faint">{formatDateTime(input.at)}</span>
      </div>
      <p>{input.cause}</p>
      <details>
        <summary className="small">What came in</summary>
        <pre className="set-aside-input">{input.input}</pre>
      </details>
      {input.seen_at ? (
        <p className="small quiet">Seen to {formatDateTime(input.seen_at)}</p>
      ) : (
        <button
          type="button"
          className="button button-plain button-small"
          disabled={isLoading}
          onClick={() => void note(input.id)}
        >
          I have seen to it
        </button>
      )}
      <ProblemNotice problem={problemOf(error)} />
    </>
  );
}
