// Face or code: how the shopper wants to be known at the door.
import { Link } from "react-router";

export function EntryChoicePage() {
  return (
    <>
      <div className="page-lead">
        <h1>How do you want to walk in?</h1>
        <p>Both work equally well, and you can change your mind at any time.</p>
      </div>
      <div className="choices">
        <Link to="/enrol/face" className="choice">
          <svg
            viewBox="0 0 52 52"
            fill="none"
            stroke="currentColor"
            strokeWidth="3"
            strokeLinecap="round"
            aria-hidden="true"
          >
            <path d="M6 16V10a4 4 0 0 1 4-4h6M36 6h6a4 4 0 0 1 4 4v6M46 36v6a4 4 0 0 1-4 4h-6M16 46h-6a4 4 0 0 1-4-4v-6" />
            <path d="M19 21v2M33 21v2M18 32c4.5 5 11.500 5 16 0" />
          </svg>
          <div>
            <b>Use my face</b>
            <span>Look at the camera and the door knows you. Needs three photographs and your consent.</span>
          </div>
        </Link>
        <Link to="/" className="choice">
          <svg
            viewBox="0 0 52 52"
            fill="none"
            stroke="currentColor"
            strokeWidth="3"
            strokeLinejoin="round"
            aria-hidden="true"
          >
            <rect x="7" y="7" width="15" height="15" rx="3" />
            <rect x="30" y="7" width="15" height="15" rx="3" />
            <rect x="7" y="30" width="15" height="15" rx="3" />
            <path d="M30 30h6v6M45 30v6M45 45h-6M30 45v-3" strokeLinecap="round" />
          </svg>
          <div>
            <b>Use the QR code instead</b>
            <span>Hold up your phone at the door. Nothing of your face is kept.</span>
          </div>
        </Link>
      </div>
    </>
  );
}
