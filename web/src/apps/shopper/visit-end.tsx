// The two screens after walking out.
import { useState } from "react";
import { Link } from "react-router";
import { MoneyText } from "@/components/money-text";
import { useGetShopperQuery } from "@/features/accounts/shopper-account-api";
import { EntryTicket } from "@/features/visits/entry-ticket";
import { QuestionCard } from "@/features/visits/question-card";
import { useGetMyOrderQuery } from "@/features/orders/shopper-orders-api";
import type { Visit } from "@/lib/generated/protocol";
import { formatClock } from "@/lib/time";
import { useNow } from "@/lib/use-now";

const LONG_MS = 15_000;

export function Settling({ visit }: { visit: Visit }) {
  return visit.forgotten ? <Forgotten visit={visit} /> : <OnItsWay visit={visit} />;
}

/** The store closed before anybody saw the shopper leave. */
function Forgotten({ visit }: { visit: Visit }) {
  return (
    <>
      {visit.questions.map((question) => (
        <QuestionCard key={question.id} question={question} />
      ))}
      <section className="thanks" role="status">
        <h1>We did not see you leave</h1>
        <p>
          The store closed in the meantime. Our staff look at your visit before anything is billed, and you get a
          receipt by mail.
        </p>
      </section>
      <Again />
    </>
  );
}

function OnItsWay({ visit }: { visit: Visit }) {
  const nothing = visit.cart.items.length === 0;
  const now = useNow(1000);
  // A few seconds are nothing to speak of.
  const isLong = visit.receipt_by !== null && Date.parse(visit.receipt_by) - now > LONG_MS;
  return (
    <>
      {visit.questions.map((question) => (
        <QuestionCard key={question.id} question={question} />
      ))}
      <section className="thanks" role="status">
        <div className="spinner" aria-hidden="true" />
        <h1>Thank you!</h1>
        <p>
          {nothing
            ? "We are just making sure that your cart is complete."
            : "Your receipt is on its way. This takes a moment."}
        </p>
        {isLong && visit.receipt_by && (
          <p className="quiet">
            Somebody has a second look at what we were not sure about. It comes by {formatClock(visit.receipt_by)} in
            any case, without whatever is still unsure.
          </p>
        )}
      </section>
      {isLong && <Again />}
    </>
  );
}

/** Nobody has to wait for a receipt to come in again. */
function Again() {
  const { data: shopper } = useGetShopperQuery();
  const [open, setOpen] = useState(false);
  if (open) return <EntryTicket name={shopper?.name ?? ""} />;
  return (
    <button type="button" className="button button-plain button-wide" onClick={() => setOpen(true)}>
      Coming back in? Show my code
    </button>
  );
}

export function Settled({ visit, onDone }: { visit: Visit; onDone: () => void }) {
  return (
    <>
      <section className="thanks" role="status">
        <svg
          viewBox="0 0 64 64"
          fill="none"
          stroke="currentColor"
          strokeWidth="5"
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden="true"
        >
          <circle cx="32" cy="32" r="27" opacity="0.35" />
          <path className="tick" d="M20 33l9 9 16-19" />
        </svg>
        {visit.order_id ? <Bought orderId={visit.order_id} /> : <Nothing />}
      </section>
      <div className="stack-s">
        {visit.order_id && (
          <Link to={`/receipts/${visit.order_id}`} className="button button-wide">
            See your receipt
          </Link>
        )}
        <button type="button" className="button button-plain button-wide" onClick={onDone}>
          Back to my code
        </button>
      </div>
    </>
  );
}

function Bought({ orderId }: { orderId: string }) {
  const { data: order } = useGetMyOrderQuery(orderId);
  return (
    <>
      <h1>Thank you!</h1>
      {order && (
        <div className="thanks-sum">
          <MoneyText minor={order.total_minor} currency={order.currency} />
        </div>
      )}
      <p>Your receipt is ready, and a copy is in your mail.</p>
    </>
  );
}

function Nothing() {
  return (
    <>
      <h1>See you soon!</h1>
      <p>You took nothing, so there is nothing to pay.</p>
    </>
  );
}
