// A room camera on the plan: where it hangs, where it looks, and whether pictures come.
import type { RoomCameraView } from "@/lib/generated/protocol";
import { cameraAngle, cameraHeading, round, VIEW_M, type Frame } from "@/features/room/geometry";
import { seesPeople, type CameraState } from "@/features/room/people-seen";
import { cameraWords } from "@/features/room/camera-words";

/** `fade` paints what it sees. */
type Props = { camera: RoomCameraView; state: CameraState; frame: Frame; fade: string };

export function PlanCamera({ camera, state, frame, fade }: Props) {
  const [x, y] = frame.at([camera.centre_m[0], camera.centre_m[1]]);
  const heading = cameraHeading(camera);
  const sees = seesPeople(state);
  const reach = VIEW_M * frame.scale;
  return (
    <g className={`plan-camera plan-camera-${state.kind}`} transform={`translate(${x} ${y})`}>
      <title>{`Camera ${camera.name}: ${cameraWords(state)}`}</title>
      {heading === null ? (
        <>
          {sees && <circle r={round(reach / 2)} fill={fade} />}
          <circle r="6" className="plan-camera-body" />
          <circle r="2" className="plan-camera-lens" />
        </>
      ) : (
        <g transform={`rotate(${heading})`}>
          {sees && <path d={wedge(cameraAngle(camera), reach)} fill={fade} />}
          <path d="M4 -2.5L10 -5V5L4 2.5Z" className="plan-camera-lens" />
          <rect x="-8" y="-5.5" width="13" height="11" rx="3" className="plan-camera-body" />
        </g>
      )}
      {!sees && (
        <g transform={`rotate(${heading ?? 0})`}>
          <line x1="-7" y1="-10" x2="4" y2="10" className="plan-camera-slash-edge" />
          <line x1="-7" y1="-10" x2="4" y2="10" className="plan-camera-slash" />
        </g>
      )}
    </g>
  );
}

/** A slice of a disc around the direction to the right. */
function wedge(degrees: number, radius: number): string {
  const half = (degrees / 2 / 180) * Math.PI;
  const [x, y] = [round(radius * Math.cos(half)), round(radius * Math.sin(half))];
  return `M0 0L${x} ${-y}A${round(radius)} ${round(radius)} 0 0 1 ${x} ${y}Z`;
}
