// Disputing a receipt from the app.
import { Link, Navigate, useNavigate, useParams } from "react-router";
import { Answer } from "@/components/answer";
import { DisputeForm } from "@/features/disputes/dispute-form";
import { useOpenDisputeMutation } from "@/features/disputes/shopper-disputes-api";
import { useGetMyOrderQuery } from "@/features/orders/shopper-orders-api";
import type { NewDispute } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { mayDispute } from "@/apps/shopper/may-dispute";

export function DisputePage() {
  const { id = "" } = useParams();
  const query = useGetMyOrderQuery(id);
  const [open, { isLoading, error }] = useOpenDisputeMutation();
  const navigate = useNavigate();
  const submit = async (dispute: NewDispute) => {
    const answer = await open({ orderId: id, dispute });
    if (answer.data) await navigate(`/receipts/${id}`, { replace: true });
  };
  return (
    <>
      <Link to={`/receipts/${id}`} className="back">
        ← Receipt
      </Link>
      <div className="page-lead">
        <h1>Dispute this receipt</h1>
        <p>Tell us what is wrong. A person looks at it.</p>
      </div>
      <Answer query={query}>
        {(order) =>
          mayDispute(order) || isLoading ? (
            <DisputeForm
              order={order}
              busy={isLoading}
              problem={problemOf(error)}
              onSubmit={(dispute) => void submit(dispute)}
            />
          ) : (
            <Navigate to={`/receipts/${id}`} replace />
          )
        }
      </Answer>
    </>
  );
}
