// The kiosk's last line: where it stands, and the voice switch.
import type { DeviceJoined } from "@/lib/generated/protocol";

export function KioskFoot({ joined, muted, onMute }: { joined: DeviceJoined; muted: boolean; onMute: () => void }) {
  return (
    <footer className="gate-foot">
      <span>
        <b>{joined.store_name}</b> {joined.device.name}
      </span>
      <button
        type="button"
        role="switch"
        aria-checked={!muted}
        aria-label="Voice"
        className="gate-voice"
        onClick={onMute}
      >
        <svg
          viewBox="0 0 24 24"
          width="26"
          height="26"
          fill="none"
          stroke="currentColor"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
          aria-hidden="true"
        >
          <path d="M4 9.500v5h3.500L12 18.500v-13L7.500 9.500z" />
          {muted ? (
            <path d="M16 9.500l5 5M21 9.500l-5 5" />
          ) : (
            <path d="M15.500 9a4.500 4.500 0 0 1 0 6M18 6.500a8 8 0 0 1 0 11" />
          )}
        </svg>
        {muted ? "Voice off" : "Voice on"}
      </button>
    </footer>
  );
}
