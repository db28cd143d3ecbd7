// Signing up; then the choice between face and code.
import { Link, useNavigate } from "react-router";
import { useSignUpMutation } from "@/features/accounts/shopper-account-api";
import { SignUpForm } from "@/features/accounts/sign-up-form";
import type { SignUp } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";

export function SignUpPage() {
  const [signUp, { isLoading, error }] = useSignUpMutation();
  const navigate = useNavigate();
  const submit = async (form: SignUp) => {
    const answer = await signUp(form);
    if (answer.data) await navigate("/enrol", { replace: true });
  };
  return (
    <>
      <div className="page-lead">
        <h1>Create your account</h1>
        <p>
          Have one already? <Link to="/login">Log in</Link>
        </p>
      </div>
      <SignUpForm busy={isLoading} problem={problemOf(error)} onSubmit={(form) => void submit(form)} />
    </>
  );
}
