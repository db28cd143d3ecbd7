// The sign of the store: an open gate with a tick in it.
export function Logo({ size = 36 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 64 64" aria-hidden="true" className="logo">
      <rect width="64" height="64" rx="16" fill="#0b3d2a" />
      <path d="M18 52V27a14 14 0 0 1 28 0v25" fill="none" stroke="#c8f24e" strokeWidth="6" strokeLinecap="round" />
      <path
        d="M27 41l5 5 9-11"
        fill="none"
        stroke="#fff"
        strokeWidth="5.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
