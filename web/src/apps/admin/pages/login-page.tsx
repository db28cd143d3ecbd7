// An admin logs in.
import { useLocation, useNavigate } from "react-router";
import { Logo } from "@/components/logo";
import { useLogInAdminMutation } from "@/features/accounts/admin-account-api";
import { LoginForm } from "@/features/accounts/login-form";
import type { LogIn } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";

export function LoginPage() {
  const [logIn, { isLoading, error }] = useLogInAdminMutation();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { next?: string } | null };
  const submit = async (form: LogIn) => {
    const answer = await logIn(form);
    if (answer.data) await navigate(state?.next ?? "/", { replace: true });
  };
  return (
    <main className="admin-login">
      <div className="admin-login-card">
        <Logo size={52} />
        <div>
          <h1>Smart Mart admin</h1>
          <p className="quiet">The store as it is now.</p>
        </div>
        <LoginForm busy={isLoading} problem={problemOf(error)} onSubmit={(form) => void submit(form)} />
      </div>
    </main>
  );
}
