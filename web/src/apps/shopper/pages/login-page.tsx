// Logging in; then on to where the shopper wanted to go.
import { Link, useLocation, useNavigate } from "react-router";
import { LoginForm } from "@/features/accounts/login-form";
import { useLogInShopperMutation } from "@/features/accounts/shopper-account-api";
import type { LogIn } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";

export function LoginPage() {
  const [logIn, { isLoading, error }] = useLogInShopperMutation();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { next?: string } | null };
  const submit = async (form: LogIn) => {
    const answer = await logIn(form);
    if (answer.data) await navigate(state?.next ?? "/", { replace: true });
  };
  return (
    <>
      <div className="page-lead">
        <h1>Welcome back</h1>
        <p>
          New here? <Link to="/sign-up">Sign up</Link>
        </p>
      </div>
      <LoginForm busy={isLoading} problem={problemOf(error)} onSubmit={(form) => void submit(form)} />
    </>
  );
}
