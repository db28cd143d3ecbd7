// The signs of the tab bar.
import type { ReactNode } from "react";

function Icon({ children }: { children: ReactNode }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width="24"
      height="24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export const GateIcon = () => (
  <Icon>
    <path d="M5 21V10a7 7 0 0 1 14 0v11" />
    <path d="M9 15l2.2 2.2L15.5 12" />
  </Icon>
);

export const ReceiptIcon = () => (
  <Icon>
    <path d="M5 3v18l2.3-1.6L9.7 21l2.3-1.6 2.3 1.6 2.4-1.6L19 21V3z" />
    <path d="M9 8h6M9 12h6" />
  </Icon>
);

export const AccountIcon = () => (
  <Icon>
    <circle cx="12" cy="8" r="4" />
    <path d="M4.5 21a7.5 7.5 0 0 1 15 0" />
  </Icon>
);
