// One dispute with everything that staff need to decide it.
import { Link, useParams } from "react-router";
import { Answer } from "@/components/answer";
import { useGetDisputeQuery } from "@/features/disputes/admin-disputes-api";
import { DecideDispute } from "@/features/disputes/decide-dispute";
import { DisputeCard } from "@/features/disputes/dispute-card";
import { ReceiptPaper } from "@/features/orders/receipt-paper";
import { InteractionList } from "@/features/visits/interaction-list";

export function DisputePage() {
  const { id = "" } = useParams();
  const query = useGetDisputeQuery(id, { refetchOnMountOrArgChange: true });
  return (
    <>
      <Link to="/disputes" className="back">
        ← Disputes
      </Link>
      <Answer query={query}>
        {({ dispute, order, interactions }) => (
          <>
            <header className="admin-head">
              <div>
                <h1>{dispute.shopper_name}'s dispute</h1>
                <p>
                  Order <Link to={`/orders/${order.id}`}>{order.number}</Link>
                </p>
              </div>
            </header>
            <div className="two-columns">
              <div className="stack">
                <DisputeCard dispute={dispute} order={order} />
                {dispute.state === "open" && <DecideDispute id={dispute.id} />}
                <h2>What the sensors and cameras say</h2>
                <InteractionList interactions={interactions} />
              </div>
              <ReceiptPaper order={order} />
            </div>
          </>
        )}
      </Answer>
    </>
  );
}
