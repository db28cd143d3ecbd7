// The camera's picture as a mirror, with the oval for the face, and what is said over it.
import type { ReactNode, RefObject } from "react";
import type { CameraState } from "@/lib/use-camera";

type Props = {
  video: RefObject<HTMLVideoElement | null>;
  state: CameraState;
  onRetry: () => void;
  children: ReactNode;
};

export function Booth({ video, state, onRetry, children }: Props) {
  return (
    <div className="booth">
      <video ref={video} playsInline muted aria-label="Camera picture" />
      <svg className="booth-oval" viewBox="0 0 100 133" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
        <path
          fillRule="evenodd"
          d="M-100-100h300v400h-300z M50 18c19 0 30 16 30 42 0 29-14 50-30 50s-30-21-30-50c0-26 11-42 30-42z"
        />
        <ellipse cx="50" cy="64" rx="30" ry="46" />
      </svg>
      {state.kind === "running" && children}
      {state.kind === "starting" && <p className="booth-note">Starting the camera…</p>}
      {state.kind === "failed" && (
        <div className="booth-note" role="alert">
          <p>{state.sentence}</p>
          <button type="button" className="button button-lime button-small" onClick={onRetry}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}
