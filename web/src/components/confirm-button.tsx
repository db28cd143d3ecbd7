// A button for what cannot be undone: it asks once more, in place.
import { useState, type ReactNode } from "react";

type Props = {
  children: ReactNode;
  question: string;
  confirm: string;
  busy?: boolean;
  small?: boolean;
  onConfirm: () => void;
};

export function ConfirmButton({ children, question, confirm, busy, small, onConfirm }: Props) {
  const [asking, setAsking] = useState(false);
  const size = small ? "button-small" : "";
  if (!asking) {
    return (
      <button type="button" className={`button button-danger ${size}`} disabled={busy} onClick={() => setAsking(true)}>
        {children}
      </button>
    );
  }
  return (
    <div className="row" role="group" aria-label={question}>
      <span className="small">{question}</span>
      <button
        type="button"
        className={`button button-danger ${size}`}
        disabled={busy}
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {confirm}
      </button>
      <button type="button" className={`button button-plain ${size}`} onClick={() => setAsking(false)}>
        Keep it
      </button>
    </div>
  );
}
