// One visit: who, since when, what is held, and why we believe so.
import { Link, useParams } from "react-router";
import { Answer } from "@/components/answer";
import { ConfirmButton } from "@/components/confirm-button";
import { ProblemNotice } from "@/components/problem-notice";
import { LiveCart } from "@/features/carts/live-cart";
import { useCloseSessionMutation, useSettleSessionMutation, useGetSessionQuery } from "@/features/visits/floor-api";
import { InteractionList } from "@/features/visits/interaction-list";
import type { FloorVisit } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatDateTime, formatSpan } from "@/lib/time";
import { useNow } from "@/lib/use-now";
import { SEEN_BY, VISIT_STATES } from "@/lib/words";

export function VisitPage() {
  const { id = "" } = useParams();
  const query = useGetSessionQuery(id, { refetchOnMountOrArgChange: true });
  return (
    <>
      <Link to="/" className="back">
        ← Monitor
      </Link>
      <Answer query={query}>
        {({ visit, interactions, left_out: leftOut }) => (
          <>
            <VisitHead floorVisit={visit} />
            <div className="two-columns">
              <section className="stack" aria-label="What happened">
                <h2>What happened</h2>
                <InteractionList interactions={interactions} />
              </section>
              <aside className="stack">
                <LiveCart cart={visit.visit.cart} title="Cart" />
                {leftOut.length > 0 && (
                  <p className="quiet">
                    Not billed, because what was seen later left too much doubt:{" "}
                    {leftOut.map((one) => `${one.quantity} × ${one.name}`).join(", ")}.
                  </p>
                )}
                {visit.visit.order_id && (
                  <Link to={`/orders/${visit.visit.order_id}`} className="button button-plain">
                    See the order
                  </Link>
                )}
              </aside>
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

function VisitHead({ floorVisit }: { floorVisit: FloorVisit }) {
  const { visit, shopper_name: name } = floorVisit;
  const now = useNow(1000);
  const [close, { isLoading, error }] = useCloseSessionMutation();
  const until = visit.exited_at ? Date.parse(visit.exited_at) : now;
  return (
    <>
      <header className="admin-head">
        <div>
          <h1>{name}</h1>
          <p>
            Came in {formatDateTime(visit.opened_at)}, {SEEN_BY[visit.opened_by]}
            {visit.exited_at &&
              `, ${visit.forgotten ? "not seen to leave by" : "walked out"} ${formatDateTime(visit.exited_at)}`}
          </p>
        </div>
        <div className="row">
          <span className={visit.state === "open" ? "pill pill-good" : "pill"}>
            {visit.forgotten && visit.state === "settling" ? "Waits for you" : VISIT_STATES[visit.state]}
          </span>
          {visit.state !== "settled" && (
            <span className="numbers quiet">{formatSpan(Date.parse(visit.opened_at), until)}</span>
          )}
          {visit.state === "open" && (
            <ConfirmButton
              small
              question="Did this person leave unseen?"
              confirm="Yes, end the visit"
              busy={isLoading}
              onConfirm={() => void close(visit.session_id)}
            >
              End visit
            </ConfirmButton>
          )}
        </div>
      </header>
      {floorVisit.doubted_at && (
        <p className="notice" role="alert">
          Since {formatDateTime(floorVisit.doubted_at)} later pictures deny that it was {name} who walked in. What this
          visit takes waits for your decision under Reviews.
        </p>
      )}
      {visit.forgotten && visit.state !== "settled" && <Forgotten floorVisit={floorVisit} />}
      <ProblemNotice problem={problemOf(error)} />
    </>
  );
}

/** Nobody saw them leave: somebody has to say what is billed. */
function Forgotten({ floorVisit: { visit, shopper_name: name } }: { floorVisit: FloorVisit }) {
  const [settle, { isLoading, error }] = useSettleSessionMutation();
  const decide = (bill: boolean) => void settle({ id: visit.session_id, bill });
  return (
    <>
      <div className="notice notice-wait forgotten" role="alert">
        <p>The store closed, and nobody had seen {name} leave. Nothing is billed before you have decided.</p>
        <div className="row">
          <button type="button" className="button" disabled={isLoading} onClick={() => decide(true)}>
            Bill the cart
          </button>
          <button type="button" className="button button-plain" disabled={isLoading} onClick={() => decide(false)}>
            Bill nothing
          </button>
        </div>
      </div>
      <ProblemNotice problem={problemOf(error)} />
    </>
  );
}
