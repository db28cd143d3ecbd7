// One receipt with its disputes.
import { Link, useParams } from "react-router";
import { Answer } from "@/components/answer";
import { DisputeCard } from "@/features/disputes/dispute-card";
import { ReceiptPaper } from "@/features/orders/receipt-paper";
import { useGetMyOrderQuery } from "@/features/orders/shopper-orders-api";
import { mayDispute } from "@/apps/shopper/may-dispute";

export function ReceiptPage() {
  const { id = "" } = useParams();
  const query = useGetMyOrderQuery(id);
  return (
    <>
      <Link to="/receipts" className="back">
        ← Receipts
      </Link>
      <Answer query={query}>
        {(order) => (
          <>
            <h1 className="hidden-visually">Receipt {order.number}</h1>
            <ReceiptPaper order={order} />
            {order.disputes.map((dispute) => (
              <DisputeCard key={dispute.id} dispute={dispute} order={order} />
            ))}
            {mayDispute(order) && (
              <Link to={`/receipts/${order.id}/dispute`} className="button button-plain button-wide">
                Something is wrong
              </Link>
            )}
          </>
        )}
      </Answer>
    </>
  );
}
