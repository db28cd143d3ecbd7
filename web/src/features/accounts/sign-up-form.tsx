// A new shopper's name, e-mail address and password.
import { useState, type FormEvent } from "react";
import { Field } from "@/components/field";
import { ProblemNotice } from "@/components/problem-notice";
import type { Problem, SignUp } from "@/lib/generated/protocol";
import { fieldProblem } from "@/lib/problem";

type Props = { busy: boolean; problem: Problem | null; onSubmit: (form: SignUp) => void };

/** The server's rule, told before it has to refuse. */
const PASSWORD_MIN = 10;

export function SignUpForm({ busy, problem, onSubmit }: Props) {
  const [form, setForm] = useState<SignUp>({ name: "", email: "", password: "" });
  const set = (part: Partial<SignUp>) => setForm({ ...form, ...part });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit({ ...form, name: form.name.trim(), email: form.email.trim() });
  };
  return (
    <form className="stack" onSubmit={submit} aria-label="Sign up">
      <ProblemNotice problem={problem} />
      <Field
        label="Name"
        hint="The store greets you with it."
        autoComplete="name"
        required
        maxLength={80}
        value={form.name}
        problem={fieldProblem(problem, "name")}
        onChange={(e) => set({ name: e.target.value })}
      />
      <Field
        label="E-mail"
        hint="Your receipts go there."
        type="email"
        autoComplete="email"
        required
        value={form.email}
        problem={fieldProblem(problem, "email")}
        onChange={(e) => set({ email: e.target.value })}
      />
      <Field
        label="Password"
        hint={`At least ${PASSWORD_MIN} characters.`}
        type="password"
        autoComplete="new-password"
        required
        minLength={PASSWORD_MIN}
        maxLength={200}
        value={form.password}
        problem={fieldProblem(problem, "password")}
        onChange={(e) => set({ password: e.target.value })}
      />
      <button type="submit" className="button button-wide" disabled={busy}>
        {busy ? "Signing up…" : "Sign up"}
      </button>
    </form>
  );
}
