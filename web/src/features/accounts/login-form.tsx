// E-mail address and password, for shoppers and admins alike.
import { useState, type FormEvent } from "react";
import { Field } from "@/components/field";
import { ProblemNotice } from "@/components/problem-notice";
import type { LogIn, Problem } from "@/lib/generated/protocol";

type Props = { busy: boolean; problem: Problem | null; onSubmit: (form: LogIn) => void };

export function LoginForm({ busy, problem, onSubmit }: Props) {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ email: email.trim(), password, keep: "cookie" });
  };
  return (
    <form className="stack" onSubmit={submit} aria-label="Log in">
      <ProblemNotice problem={problem} />
      <Field
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        value={email}
        onChange={(e) => setEmail(e.target.value)}
      />
      <Field
        label="Password"
        type="password"
        autoComplete="current-password"
        required
        value={password}
        onChange={(e) => setPassword(e.target.value)}
      />
      <button type="submit" className="button button-wide" disabled={busy}>
        {busy ? "Logging in…" : "Log in"}
      </button>
    </form>
  );
}
