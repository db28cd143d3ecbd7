// The shopper's account: the face that is held, and logging out.
import { useDispatch } from "react-redux";
import { useNavigate } from "react-router";
import { useGetShopperQuery, useLogOutShopperMutation } from "@/features/accounts/shopper-account-api";
import { FaceCard } from "@/features/enrolment/face-card";
import { forgetAll } from "@/lib/base-api";

export function AccountPage() {
  const { data: shopper } = useGetShopperQuery();
  const [logOut, { isLoading }] = useLogOutShopperMutation();
  const dispatch = useDispatch();
  const navigate = useNavigate();
  if (!shopper) return null;
  const leave = async () => {
    const answer = await logOut();
    if ("error" in answer) return;
    await navigate("/welcome", { replace: true });
    dispatch(forgetAll());
  };
  return (
    <>
      <div className="page-lead">
        <h1>Account</h1>
      </div>
      <section className="card stack-s" aria-label="Your details">
        <dl className="facts">
          <dt>Name</dt>
          <dd>{shopper.name}</dd>
          <dt>E-mail</dt>
          <dd>{shopper.email}</dd>
        </dl>
      </section>
      <FaceCard face={shopper.face} />
      <section className="card stack-s" aria-label="Your data">
        <h2>Your data</h2>
        <p className="quiet">Everything that the store holds about you, in one file.</p>
        <div>
          <a className="button button-plain" href="/api/v1/me/export" download>
            Download my data
          </a>
        </div>
      </section>
      <div>
        <button type="button" className="button button-plain" disabled={isLoading} onClick={() => void leave()}>
          Log out
        </button>
      </div>
    </>
  );
}
