// Shown where a list has nothing in it.
import type { ReactNode } from "react";

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <svg
        viewBox="0 0 56 56"
        fill="none"
        stroke="currentColor"
        strokeWidth="3"
        strokeLinecap="round"
        aria-hidden="true"
      >
        <path d="M12 50V24a16 16 0 0 1 32 0v26" />
        <path d="M22 36h12" />
      </svg>
      <h2>{title}</h2>
      {children}
    </div>
  );
}
