// Where the one-time code is typed in.
import { useState, type FormEvent } from "react";
import { Field } from "@/components/field";
import { Logo } from "@/components/logo";
import { ProblemNotice } from "@/components/problem-notice";
import { useJoinDeviceMutation } from "@/features/devices/devices-api";
import { problemOf } from "@/lib/problem";

export function JoinForm({ removed }: { removed: boolean }) {
  const [join, { isLoading, error }] = useJoinDeviceMutation();
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void join({ code: code.trim(), keep: "cookie" });
  };
  return (
    <form className="join" onSubmit={submit} aria-label="Join the store">
      <Logo size={72} />
      <div className="stack-s">
        <h1>{removed ? "This device was removed" : "Join the store"}</h1>
        <p className="quiet">
          {removed
            ? "To use it again, ask an owner for a new code."
            : "Type the code that an owner sees under Devices."}
        </p>
      </div>
      <Field
        label="One-time code"
        placeholder="K7QF-2M9X"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        required
        value={code}
        onChange={(e) => setCode(e.target.value)}
      />
      <ProblemNotice problem={problemOf(error)} />
      <button type="submit" className="button button-wide" disabled={isLoading}>
        {isLoading ? "Joining…" : "Join"}
      </button>
    </form>
  );
}
