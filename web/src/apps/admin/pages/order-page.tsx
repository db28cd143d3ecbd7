// One order: the receipt, its disputes, and the way to the visit behind it.
import { Link, useParams } from "react-router";
import { Answer } from "@/components/answer";
import { DisputeCard } from "@/features/disputes/dispute-card";
import { useGetOrderQuery } from "@/features/orders/admin-orders-api";
import { ReceiptPaper } from "@/features/orders/receipt-paper";

export function OrderPage() {
  const { id = "" } = useParams();
  const query = useGetOrderQuery(id, { refetchOnMountOrArgChange: true });
  return (
    <>
      <Link to="/orders" className="back">
        ← Orders
      </Link>
      <Answer query={query}>
        {(order) => (
          <>
            <header className="admin-head">
              <div>
                <h1>Order {order.number}</h1>
                <p>{order.shopper_name}</p>
              </div>
              <Link to={`/visits/${order.session_id}`} className="button button-plain">
                See the visit
              </Link>
            </header>
            <div className="two-columns two-columns-even">
              <ReceiptPaper order={order} />
              <div className="stack">
                <h2>Disputes</h2>
                {order.disputes.length === 0 && <p className="quiet">Nobody has disputed this order.</p>}
                {order.disputes.map((dispute) => (
                  <div key={dispute.id} className="stack-s">
                    <DisputeCard dispute={dispute} order={order} />
                    <Link to={`/disputes/${dispute.id}`}>
                      {dispute.state === "open" ? "Decide this dispute" : "See the evidence"}
                    </Link>
                  </div>
                ))}
              </div>
            </div>
          </>
        )}
      </Answer>
    </>
  );
}
