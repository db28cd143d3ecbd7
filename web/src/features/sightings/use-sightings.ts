// Joins camera, socket and frame loop: what this kiosk sees goes to the server, what comes of it to the screen.
import { useEffect, type RefObject } from "react";
import { useDispatch } from "react-redux";
import type { Socket } from "socket.io-client";
import { loginLost } from "@/lib/base-api";
import type { CodeScan, LookAck } from "@/lib/generated/protocol";
import { askTime, ClockKeeper, keepAsking, steadyNow } from "@/lib/device-clock";
import { videoJpeg } from "@/lib/jpeg";
import { newUuid } from "@/lib/uuid";
import { CodeWedge } from "@/features/sightings/code-wedge";
import { FrameLoop } from "@/features/sightings/frame-loop";
import { awakeChanged, frameUnanswered, outcomeSeen, timePassed } from "@/features/sightings/gate-slice";
import { MOTION_SIZE, MotionSense } from "@/features/sightings/motion";

const TICK_MS = 100;
const ACK_MS = 5000;
const FRAME_WIDTH = 640;
const FRAME_QUALITY = 0.85;

type Parts = { socket: Socket | null; video: RefObject<HTMLVideoElement | null>; running: boolean };

export function useSightings({ socket, video, running }: Parts): void {
  const dispatch = useDispatch();

  useEffect(() => {
    const keeper = new ClockKeeper();
    const onAck = (ack: LookAck) => {
      const at = Date.now();
      if (ack.status === "seen") dispatch(outcomeSeen({ outcome: ack.outcome, at }));
      else if (ack.problem.code === "not_authenticated") dispatch(loginLost());
      else if (ack.problem.code !== "superseded") {
        // The server's clock may have been set.
        if (socket) askTime(socket, keeper);
        dispatch(frameUnanswered());
      }
    };
    if (!socket) return;
    const stopAsking = keepAsking(socket, keeper);
    const stopScanner = listenToScanner(socket, keeper, onAck, () => dispatch(frameUnanswered()));
    const stopCamera = running
      ? watchCamera(video, socket, keeper, {
          onAck,
          onNoAck: () => dispatch(frameUnanswered()),
          onAwake: (awake) => dispatch(awakeChanged(awake)),
        })
      : undefined;
    const clock = setInterval(() => dispatch(timePassed(Date.now())), 500);
    return () => {
      stopAsking();
      stopScanner();
      stopCamera?.();
      clearInterval(clock);
    };
  }, [socket, video, running, dispatch]);
}

type Reports = { onAck: (ack: LookAck) => void; onNoAck: () => void; onAwake: (awake: boolean) => void };

function watchCamera(
  video: RefObject<HTMLVideoElement | null>,
  socket: Socket,
  keeper: ClockKeeper,
  reports: Reports,
): () => void {
  const sense = new MotionSense();
  const canvas = document.createElement("canvas");
  canvas.width = MOTION_SIZE.width;
  canvas.height = MOTION_SIZE.height;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const moved = () => {
    const picture = video.current;
    if (!pen || !picture || picture.videoWidth === 0) return false;
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return sense.moved(pen.getImageData(0, 0, canvas.width, canvas.height).data);
  };
  const capture = async () => {
    // Without a connection Socket.IO would keep the frame for later, when it is worth nothing.
    if (!socket.connected || !video.current) return null;
    return (await videoJpeg(video.current, FRAME_WIDTH, FRAME_QUALITY))?.arrayBuffer() ?? null;
  };
  const loop = new FrameLoop({
    ...reports,
    moved,
    capture,
    send: (meta, jpeg) => socket.timeout(ACK_MS).emitWithAck("frame", meta, jpeg) as Promise<LookAck>,
    now: steadyNow,
    clock: () => keeper.known(),
    newId: newUuid,
  });
  const timer = setInterval(() => loop.tick(), TICK_MS);
  return () => {
    clearInterval(timer);
    loop.stop();
    reports.onAwake(false);
  };
}

function listenToScanner(
  socket: Socket,
  keeper: ClockKeeper,
  onAck: (ack: LookAck) => void,
  onNoAck: () => void,
): () => void {
  const wedge = new CodeWedge();
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const now = Date.now();
    const code = wedge.key(event.key, now);
    if (!code) return;
    // Enter ends a code here; it must not also press the button that happens to have the focus.
    event.preventDefault();
    const at = new Date(steadyNow()).toISOString();
    const scan: CodeScan = { id: newUuid(), code, scanned_at: at, sent_at: at, clock: keeper.known() };
    if (!socket.connected) return onNoAck();
    (socket.timeout(ACK_MS).emitWithAck("code", scan) as Promise<LookAck>).then(onAck, onNoAck);
  };
  window.addEventListener("keydown", press);
  return () => window.removeEventListener("keydown", press);
}
