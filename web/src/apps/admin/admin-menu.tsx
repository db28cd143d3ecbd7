// Where an admin can go. Owners see more than staff.
import { useDispatch } from "react-redux";
import { NavLink, useNavigate } from "react-router";
import { useLogOutAdminMutation } from "@/features/accounts/admin-account-api";
import { forgetAll } from "@/lib/base-api";
import type { AdminProfile } from "@/lib/generated/protocol";

type Props = { admin: AdminProfile; openReviews: number; openDisputes: number; open: boolean };

export function AdminMenu({ admin, openReviews, openDisputes, open }: Props) {
  const [logOut, { isLoading }] = useLogOutAdminMutation();
  const dispatch = useDispatch();
  const navigate = useNavigate();
  const leave = async () => {
    const answer = await logOut();
    if ("error" in answer) return;
    await navigate("/login", { replace: true });
    dispatch(forgetAll());
  };
  return (
    <div id="admin-menu" className={open ? "admin-menu admin-menu-open" : "admin-menu"}>
      <nav aria-label="Main">
        <Item to="/" words="Monitor" />
        <Item to="/reviews" words="Reviews" waiting={openReviews} />
        <Item to="/disputes" words="Disputes" waiting={openDisputes} />
        <Item to="/orders" words="Orders" />
        <span className="admin-menu-gap" />
        <Item to="/products" words="Products" />
        <Item to="/planogram" words="Planogram" />
        <Item to="/stock" words="Stock" />
        <Item to="/devices" words="Devices" />
        <span className="admin-menu-gap" />
        <Item to="/shoppers" words="Shoppers" />
        <Item to="/mailbox" words="Mailbox" />
        <Item to="/store" words="Store" />
        {admin.role === "owner" && <Item to="/staff" words="Staff" />}
      </nav>
      <div className="admin-who">
        <span>
          <b>{admin.name}</b>
          <span className="small">{admin.role === "owner" ? "Owner" : "Staff"}</span>
        </span>
        <button type="button" className="button-text" disabled={isLoading} onClick={() => void leave()}>
          Log out
        </button>
      </div>
    </div>
  );
}

function Item({ to, words, waiting = 0 }: { to: string; words: string; waiting?: number }) {
  return (
    <NavLink to={to} end={to === "/"} className="admin-item">
      {words}
      {waiting > 0 && (
        <span className="admin-badge" aria-label={`${waiting} open`}>
          {waiting}
        </span>
      )}
    </NavLink>
  );
}
