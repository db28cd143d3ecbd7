// What a newcomer sees first.
import { Link, Navigate } from "react-router";
import { useGetShopperQuery } from "@/features/accounts/shopper-account-api";
import { GateIcon, ReceiptIcon } from "@/apps/shopper/icons";

export function WelcomePage() {
  const { data: shopper, isError } = useGetShopperQuery();
  if (shopper && !isError) return <Navigate to="/" replace />;
  return (
    <>
      <section className="hero">
        <h1>
          Walk in.
          <br />
          Take it.
          <br />
          <em>Walk out.</em>
        </h1>
        <p>
          A store without check-outs. Your receipt comes by mail, and you can see every item on your phone as you take
          it.
        </p>
        <div className="stack-s">
          <Link to="/sign-up" className="button button-lime">
            Sign up
          </Link>
          <Link to="/login" className="button button-plain">
            Log in
          </Link>
        </div>
      </section>
      <ol className="steps">
        <li>
          <GateIcon />
          <div>
            <b>At the door</b>
            <span className="quiet">Look at the camera, or hold up the code on your phone.</span>
          </div>
        </li>
        <li>
          <BasketIcon />
          <div>
            <b>At the shelves</b>
            <span className="quiet">What you take appears in your cart. What you put back leaves it.</span>
          </div>
        </li>
        <li>
          <ReceiptIcon />
          <div>
            <b>Afterwards</b>
            <span className="quiet">The receipt comes by itself. Something wrong? Dispute it with two taps.</span>
          </div>
        </li>
      </ol>
    </>
  );
}

function BasketIcon() {
  return (
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M3 10h18l-2 10H5z" />
      <path d="M8 10l3-6M16 10l-3-6" />
    </svg>
  );
}
