// The visit: outside with the code, inside with the cart, and what comes of it.
import { useDispatch } from "react-redux";
import { Link } from "react-router";
import { Answer } from "@/components/answer";
import { useGetShopperQuery } from "@/features/accounts/shopper-account-api";
import { OrderList } from "@/features/orders/order-list";
import { useGetMyOrdersInfiniteQuery } from "@/features/orders/shopper-orders-api";
import { EntryTicket } from "@/features/visits/entry-ticket";
import { useGetCurrentVisitQuery } from "@/features/visits/visit-api";
import { baseApi } from "@/lib/base-api";
import { itemsOf } from "@/lib/paging";
import { Inside } from "@/apps/shopper/inside";
import { Settled, Settling } from "@/apps/shopper/visit-end";

export function HomePage() {
  const query = useGetCurrentVisitQuery(undefined, { refetchOnFocus: true, refetchOnReconnect: true });
  const dispatch = useDispatch();
  const done = () => dispatch(baseApi.util.invalidateTags(["Visit"]));
  return (
    <Answer query={query}>
      {({ visit }) => {
        if (!visit) return <Outside />;
        if (visit.state === "open") return <Inside visit={visit} />;
        return visit.state === "settling" ? <Settling visit={visit} /> : <Settled visit={visit} onDone={done} />;
      }}
    </Answer>
  );
}

function Outside() {
  const { data: shopper } = useGetShopperQuery();
  const face = shopper?.face ?? null;
  return (
    <>
      <div className="page-lead">
        <h1>Ready when you are</h1>
        <p>
          {face
            ? "Look at the camera at the door, or hold up this code."
            : "Hold this code up to the camera at the door."}
        </p>
      </div>
      <EntryTicket name={shopper?.name ?? ""} />
      {!face && (
        <p className="quiet">
          Rather walk in with empty hands? <Link to="/enrol/face">Use my face</Link>
        </p>
      )}
      <LatestReceipt />
    </>
  );
}

function LatestReceipt() {
  const { data: pages } = useGetMyOrdersInfiniteQuery();
  const [newest] = pages ? itemsOf(pages) : [];
  if (!newest) return null;
  return (
    <section className="stack-s" aria-label="Latest receipt">
      <h2>Latest receipt</h2>
      <OrderList orders={[newest]} />
    </section>
  );
}
