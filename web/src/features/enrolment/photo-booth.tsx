// Takes the photographs one after another, or lets somebody choose files.
import { useEffect, useState, type ChangeEvent } from "react";
import { videoJpeg } from "@/lib/jpeg";
import { useCamera } from "@/lib/use-camera";
import { Booth } from "@/features/enrolment/booth";
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
      <Booth video={video} state={state} onRetry={retry}>
        <p className="booth-say" role="status">
          {count === null ? `Photograph ${number} of 3` : SAY[number - 1]}
        </p>
        {count !== null && (
          <span key={`${number}-${count}`} className="booth-count" aria-hidden="true">
            {count}
          </span>
        )}
      </Booth>
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
