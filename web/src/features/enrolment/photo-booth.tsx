// Takes the photographs one after another, or lets somebody choose files.
import { useEffect, useState, type ChangeEvent } from "react";
import { videoJpeg } from "@/lib/jpeg";
import { useCamera } from "@/lib/use-camera";
import { uploadedJpeg } from "@/features/enrolment/uploaded-jpeg";

const COUNT_FROM = 3;
const WIDEST = 1280;
const QUALITY = 0.92;
const SAY = ["Look straight at the camera", "Once more, with a small smile", "Last one: relax your face"];

type Props = { number: number; onPhotos: (photos: Blob[]) => void };

export function PhotoBooth({ number, onPhotos }: Props) {
  const { video, state, retry } = useCamera();
  const [count, setCount] = useState<number | null>(null);

  useEffect(() => {
    if (count === null) return;
    const timer = setTimeout(async () => {
      if (count > 1) return setCount(count - 1);
      const photo = video.current && (await videoJpeg(video.current, WIDEST, QUALITY));
      if (!photo) return setCount(null);
      onPhotos([photo]);
      setCount(COUNT_FROM);
    }, 900);
    return () => clearTimeout(timer);
  }, [count, onPhotos, video]);

  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    event.target.value = "";
    onPhotos(await Promise.all(files.map(uploadedJpeg)));
  };

  return (
    <div className="stack">
      <div className="booth">
        <video ref={video} playsInline muted aria-label="Camera picture" />
        <svg className="booth-oval" viewBox="0 0 100 133" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
          <path
            fillRule="evenodd"
            d="M-100-100h300v400h-300z M50 18c19 0 30 16 30 42 0 29-14 50-30 50s-30-21-30-50c0-26 11-42 30-42z"
          />
          <ellipse cx="50" cy="64" rx="30" ry="46" />
        </svg>
        {state.kind === "running" && (
          <p className="booth-say" role="status">
            {count === null ? `Photograph ${number} of 3` : SAY[number - 1]}
          </p>
        )}
        {count !== null && (
          <span key={`${number}-${count}`} className="booth-count" aria-hidden="true">
            {count}
          </span>
        )}
        {state.kind === "starting" && <p className="booth-note">Starting the camera…</p>}
        {state.kind === "failed" && (
          <div className="booth-note" role="alert">
            <p>{state.sentence}</p>
            <button type="button" className="button button-lime button-small" onClick={retry}>
              Try again
            </button>
          </div>
        )}
      </div>
      <button
        type="button"
        className="button button-wide"
        disabled={state.kind !== "running"}
        onClick={() => setCount(count === null ? COUNT_FROM : null)}
      >
        {count === null ? "Take photographs" : "Stop"}
      </button>
      <label className="booth-files">
        Choose photographs instead
        <input type="file" accept="image/jpeg,image/png,image/webp" multiple onChange={(event) => void choose(event)} />
      </label>
    </div>
  );
}
