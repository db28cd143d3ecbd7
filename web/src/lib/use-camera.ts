// The camera of this device: asking for it, showing it, giving it back.
import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

export type CameraState = { kind: "starting" } | { kind: "running" } | { kind: "failed"; sentence: string };

/** Why a camera did not start, as a sentence for the person before it. */
export function cameraSentence(error: unknown): string {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    return "This page may not use the camera. Allow it in the browser's address bar, then try again.";
  }
  if (name === "NotFoundError" || name === "OverconstrainedError") return "No camera was found on this device.";
  if (name === "NotReadableError") return "Another program uses the camera. Close it, then try again.";
  if (name === "InsecureContext") return "The camera works only over a secure connection (https).";
  return "The camera could not be started.";
}

async function openCamera(): Promise<MediaStream> {
  if (!navigator.mediaDevices) {
    const error = new Error("no media devices");
    error.name = window.isSecureContext ? "NotFoundError" : "InsecureContext";
    throw error;
  }
  const video = { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 } };
  return navigator.mediaDevices.getUserMedia({ video, audio: false });
}

/** Runs the camera into the video element as long as the component lives. */
export function useCamera(): { video: RefObject<HTMLVideoElement | null>; state: CameraState; retry: () => void } {
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<CameraState>({ kind: "starting" });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let gone = false;
    let stream: MediaStream | null = null;
    const start = async () => {
      try {
        const opened = await openCamera();
        if (gone) return stop(opened);
        stream = opened;
        opened.getVideoTracks()[0]?.addEventListener("ended", () => {
          if (!gone) setState({ kind: "failed", sentence: "The camera was unplugged." });
        });
        if (video.current) {
          video.current.srcObject = opened;
          await video.current.play();
        }
        if (!gone) setState({ kind: "running" });
      } catch (error) {
        if (!gone) setState({ kind: "failed", sentence: cameraSentence(error) });
      }
    };
    void start();
    return () => {
      gone = true;
      if (stream) stop(stream);
    };
    // Each attempt opens the camera anew.
    // oxlint-disable-next-line react/exhaustive-effect-dependencies
  }, [attempt]);

  const retry = useCallback(() => {
    setState({ kind: "starting" });
    setAttempt((n) => n + 1);
  }, []);
  return { video, state, retry };
}

function stop(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
