// The screen beside a shelf: quiet, with a status light.
import { useSelector } from "react-redux";
import type { Socket } from "socket.io-client";
import { selectConnection } from "@/lib/connection-slice";
import type { DeviceJoined } from "@/lib/generated/protocol";
import { useCamera } from "@/lib/use-camera";
import { selectGate } from "@/features/sightings/gate-slice";
import { wordsFor } from "@/features/sightings/outcome-words";
import { useSightings } from "@/features/sightings/use-sightings";
import "@/features/sightings/gate-screen.css";

const WHAT_FOR = "This camera helps to know who takes what";

export function ShelfScreen({ joined, socket }: { joined: DeviceJoined; socket: Socket | null }) {
  const { video, state: camera, retry } = useCamera();
  const { unanswered, shown } = useSelector(selectGate);
  const live = useSelector(selectConnection) === "live";
  useSightings({ socket, video, running: camera.kind === "running" });

  const failed = camera.kind === "failed";
  const light = failed || !live ? "bad" : unanswered ? "slow" : "good";
  return (
    <main className="shelf">
      <video ref={video} playsInline muted aria-hidden="true" className="shelf-video" />
      <h1>{shown?.kind === "restocking" ? wordsFor(shown, joined.device.role).headline : WHAT_FOR}</h1>
      <p className={`shelf-light shelf-light-${light}`} role="status">
        {failed ? camera.sentence : light === "good" ? "Working" : light === "slow" ? "Slow" : "Connecting…"}
      </p>
      {failed && (
        <button type="button" className="button button-lime" onClick={retry}>
          Try again
        </button>
      )}
      <p className="shelf-name">
        {joined.store_name}, {joined.device.name}
      </p>
    </main>
  );
}
