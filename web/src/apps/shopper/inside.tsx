// The visit while in the store: the cart, and the code for the way out.
import { useState } from "react";
import { useGetShopperQuery } from "@/features/accounts/shopper-account-api";
import { LiveCart } from "@/features/carts/live-cart";
import { EntryTicket } from "@/features/visits/entry-ticket";
import { QuestionCard } from "@/features/visits/question-card";
import type { Visit } from "@/lib/generated/protocol";
import { formatClock } from "@/lib/time";
import { SEEN_BY } from "@/lib/words";

export function Inside({ visit }: { visit: Visit }) {
  const { data: shopper } = useGetShopperQuery();
  const [codeShown, setCodeShown] = useState(false);
  const face = shopper?.face ?? null;
  return (
    <>
      <section className="inside-head" aria-label="Your visit">
        <span className="inside-live">In the store</span>
        <h1>Take what you like</h1>
        <p>
          Came in at {formatClock(visit.opened_at)}, {SEEN_BY[visit.opened_by]}.{" "}
          {face ? "When you are done, just walk out." : "On your way out, hold up your code at the exit."}
        </p>
        <button
          type="button"
          className="button button-lime inside-code"
          aria-expanded={codeShown}
          onClick={() => setCodeShown(!codeShown)}
        >
          {codeShown ? "Hide my code" : "Show my code"}
        </button>
      </section>
      {codeShown && <EntryTicket name={shopper?.name ?? ""} title="Your code" />}
      {visit.questions.map((question) => (
        <QuestionCard key={question.id} question={question} />
      ))}
      <LiveCart cart={visit.cart} />
    </>
  );
}
