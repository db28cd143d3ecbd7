// An owner makes an admin account.
import { useId, useState, type FormEvent } from "react";
import { Field } from "@/components/field";
import { ProblemNotice } from "@/components/problem-notice";
import type { AdminRole, NewAdmin } from "@/lib/generated/protocol";
import { fieldProblem, problemOf } from "@/lib/problem";
import { useAddStaffMutation } from "@/features/accounts/admin-account-api";

const FRESH: NewAdmin = { name: "", email: "", password: "", role: "staff" };

export function StaffForm() {
  const [add, { isLoading, error }] = useAddStaffMutation();
  const [form, setForm] = useState(FRESH);
  const roleId = useId();
  const problem = problemOf(error);
  const set = (part: Partial<NewAdmin>) => setForm({ ...form, ...part });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answer = await add({ ...form, name: form.name.trim(), email: form.email.trim() });
    if (answer.data) setForm(FRESH);
  };
  return (
    <form className="card stack" onSubmit={(event) => void submit(event)} aria-label="Add an account">
      <h2>Add an account</h2>
      <div className="inline-form">
        <Field
          label="Name"
          required
          maxLength={80}
          value={form.name}
          problem={fieldProblem(problem, "name")}
          onChange={(e) => set({ name: e.target.value })}
        />
        <Field
          label="E-mail"
          type="email"
          required
          autoComplete="off"
          value={form.email}
          problem={fieldProblem(problem, "email")}
          onChange={(e) => set({ email: e.target.value })}
        />
        <Field
          label="Password"
          type="password"
          required
          minLength={10}
          maxLength={200}
          autoComplete="new-password"
          value={form.password}
          problem={fieldProblem(problem, "password")}
          onChange={(e) => set({ password: e.target.value })}
        />
        <div className="field">
          <label htmlFor={roleId}>Role</label>
          <select
            id={roleId}
            className="input"
            value={form.role}
            onChange={(e) => set({ role: e.target.value as AdminRole })}
          >
            <option value="staff">Staff</option>
            <option value="owner">Owner</option>
          </select>
        </div>
        <button type="submit" className="button" disabled={isLoading}>
          Add
        </button>
      </div>
      <ProblemNotice problem={problem} />
    </form>
  );
}
