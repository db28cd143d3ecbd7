// The page behind the link in the receipt's mail: it works without a log-in.
import { useEffect, useState } from "react";
import { Empty } from "@/components/empty";
import { Loading } from "@/components/loading";
import { ProblemNotice } from "@/components/problem-notice";
import { DisputeCard } from "@/features/disputes/dispute-card";
import { DisputeForm } from "@/features/disputes/dispute-form";
import { useOpenDisputeByLinkMutation, useOpenDisputeLinkQuery } from "@/features/disputes/shopper-disputes-api";
import { ReceiptPaper } from "@/features/orders/receipt-paper";
import type { OrderView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { takeDisputeToken } from "@/apps/shopper/dispute-token";
import { LinkTrouble } from "@/apps/shopper/link-trouble";
import { mayDispute } from "@/apps/shopper/may-dispute";

export function DisputeLinkPage() {
  const [token, setToken] = useState(takeDisputeToken);
  useEffect(() => {
    const renew = () => setToken(takeDisputeToken());
    window.addEventListener("hashchange", renew);
    return () => window.removeEventListener("hashchange", renew);
  }, []);
  if (!token) {
    return (
      <Empty title="This link is not complete" heading="h1">
        <p>Open the link in your receipt's mail once more, or copy all of it.</p>
      </Empty>
    );
  }
  return <LinkedOrder key={token} token={token} />;
}

function LinkedOrder({ token }: { token: string }) {
  const { data: order, error, refetch } = useOpenDisputeLinkQuery(token);
  const problem = problemOf(error);
  if (problem && !order) {
    return <LinkTrouble problem={problem} onRetry={() => void refetch()} />;
  }
  return order ? <Opened order={order} token={token} /> : <Loading />;
}

function Opened({ order, token }: { order: OrderView; token: string }) {
  const [send, { isLoading, error, data: sent }] = useOpenDisputeByLinkMutation();
  const problem = problemOf(error);
  const used = problem?.code === "already_used";
  const known =
    sent && !order.disputes.some((dispute) => dispute.id === sent.id) ? [...order.disputes, sent] : order.disputes;
  const open = mayDispute(order) && !sent && !used;
  return (
    <>
      <div className="page-lead">
        <h1>{sent ? "Your dispute is with us" : "Your receipt"}</h1>
        <p>
          {sent
            ? "Thank you. You get our answer by mail."
            : `Hello ${order.shopper_name}, this is what we have for this visit.`}
        </p>
      </div>
      {known.map((dispute) => (
        <DisputeCard key={dispute.id} dispute={dispute} order={order} />
      ))}
      {used && known.length === 0 && <ProblemNotice problem={problem} />}
      <ReceiptPaper order={order} />
      {open && (
        <section className="stack">
          <h2>Dispute this receipt</h2>
          <DisputeForm
            order={order}
            busy={isLoading}
            problem={problem}
            onSubmit={(dispute) => void send({ token, dispute })}
          />
        </section>
      )}
    </>
  );
}
