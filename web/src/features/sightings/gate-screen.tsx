// The entry's or exit's screen: the camera picture, and one sentence at a time.
import { useEffect, useState } from "react";
import { useSelector } from "react-redux";
import type { Socket } from "socket.io-client";
import { selectConnection } from "@/lib/connection-slice";
import type { DeviceJoined } from "@/lib/generated/protocol";
import { useCamera } from "@/lib/use-camera";
import { selectGate } from "@/features/sightings/gate-slice";
import { KioskFoot } from "@/features/sightings/kiosk-foot";
import { WITHOUT_CAMERA, wordsFor } from "@/features/sightings/outcome-words";
import { TurnArrow } from "@/components/turn-arrow";
import { useSightings } from "@/features/sightings/use-sightings";
import { rememberMuted, Voice, wasMuted } from "@/features/sightings/voice";
import { VoteRing } from "@/features/sightings/vote-ring";
import "@/features/sightings/gate-screen.css";

export function GateScreen({ joined, socket }: { joined: DeviceJoined; socket: Socket | null }) {
  const { video, state: camera, retry } = useCamera();
  const { shown, unanswered, awake } = useSelector(selectGate);
  const offline = useSelector(selectConnection) === "reconnecting";
  const [muted, setMuted] = useState(wasMuted);
  const [voice] = useState(() => new Voice());
  useSightings({ socket, video, running: camera.kind === "running" });

  const words = camera.kind === "failed" && !shown ? WITHOUT_CAMERA : wordsFor(shown, joined.device.role);
  useEffect(() => {
    if (words.spoken && !muted) voice.say(words.spoken, Date.now());
  }, [words.spoken, muted, voice]);
  const mute = () => {
    if (!muted) voice.hush();
    rememberMuted(!muted);
    setMuted(!muted);
  };

  return (
    <div className={`gate gate-${words.tone}`} data-outcome={shown?.kind ?? "idle"}>
      {offline && (
        <div className="gate-banner" role="alert">
          No connection to the store. Please wait a moment, or ask our staff.
        </div>
      )}
      <main className="gate-main">
        <div className="gate-picture">
          <video ref={video} playsInline muted aria-label="Camera picture" />
          {camera.kind === "running" && <VoteRing outcome={shown} awake={awake} />}
          <TurnArrow prompt={shown?.kind === "turn_head" ? shown.prompt : undefined} />
          {camera.kind === "starting" && <p className="gate-camera-note">Starting the camera…</p>}
          {camera.kind === "failed" && (
            <div className="gate-camera-note" role="alert">
              <p>{camera.sentence}</p>
              <button type="button" className="button button-lime" onClick={retry}>
                Try again
              </button>
            </div>
          )}
        </div>
        <div className="gate-words" role="status" aria-live="assertive" data-testid="outcome">
          <h1 key={words.headline}>{words.headline}</h1>
          <p>{words.advice}</p>
          {unanswered && !offline && (
            <p className="gate-slow">This takes longer than usual. Please stay for a moment.</p>
          )}
        </div>
      </main>
      <KioskFoot joined={joined} muted={muted} onMute={mute} />
    </div>
  );
}
