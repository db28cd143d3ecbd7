// How a shelf node's room cameras do: what is wrong is named, a camera that is well is one quiet line.
import type { CameraCondition, CameraStatus } from "@/lib/generated/protocol";

const CONDITIONS: Record<CameraCondition, { word: string; pill: string }> = {
  starting: { word: "being started", pill: "pill" },
  well: { word: "well", pill: "pill" },
  dark: { word: "dark", pill: "pill pill-wait" },
  covered: { word: "covered or out of focus", pill: "pill pill-wait" },
  frozen: { word: "the same picture again and again", pill: "pill pill-wait" },
  gone: { word: "no pictures", pill: "pill pill-bad" },
  other_shape: { word: "pictures of another shape than before", pill: "pill pill-wait" },
};

export function CameraPills({ cameras }: { cameras: CameraStatus[] }) {
  return cameras.map((camera) => <Camera key={camera.name} camera={camera} />);
}

function Camera({ camera }: { camera: CameraStatus }) {
  const { word, pill } = CONDITIONS[camera.condition];
  return (
    <>
      {camera.condition === "well" ? (
        <span className="quiet">
          Camera {camera.name}: {pace(camera)}
        </span>
      ) : (
        <span className={pill}>
          Camera {camera.name}: {word}
        </span>
      )}
      {camera.refused && (
        <span className="pill pill-bad">
          Camera {camera.name} is not used: {camera.refused}
        </span>
      )}
    </>
  );
}

/** Such as "4.8 of 5.0 pictures a second, 210 ms". */
function pace({ came_per_s, looked_at_per_s, delay_ms }: CameraStatus): string {
  const rate = `${looked_at_per_s.toFixed(1)} of ${came_per_s.toFixed(1)} pictures a second`;
  return typeof delay_ms === "number" ? `${rate}, ${delay_ms} ms` : rate;
}
