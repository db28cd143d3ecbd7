// Shown where a list has nothing in it.
import type { ReactNode } from "react";

type Props = { title: string; heading?: "h1" | "h2"; children?: ReactNode };

export function Empty({ title, heading: Heading = "h2", children }: Props) {
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
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}
