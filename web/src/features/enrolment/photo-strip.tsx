// The photographs so far, each with its problem and the way to take it again.
import { useCallback } from "react";
import type { PhotoPlace } from "@/features/enrolment/enrolment-machine";

type Props = { places: PhotoPlace[]; busy: boolean; onRetake: (index: number) => void };

export function PhotoStrip({ places, busy, onRetake }: Props) {
  return (
    <ol className="strip" aria-label="Photographs">
      {places.map((place, index) => {
        const number = index + 1;
        return (
          // A photograph's number is who it is.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={number} className={place.problem ? "strip-place strip-place-bad" : "strip-place"}>
            {place.photo ? (
              <Thumbnail photo={place.photo} number={number} />
            ) : (
              <span className="strip-empty">{number}</span>
            )}
            {place.problem && (
              <p className="field-problem" role="alert">
                {place.problem}
              </p>
            )}
            {place.photo && (
              <button
                type="button"
                className="button-text small"
                disabled={busy}
                aria-label={`Retake photograph ${number}`}
                onClick={() => onRetake(index)}
              >
                Retake
              </button>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function Thumbnail({ photo, number }: { photo: Blob; number: number }) {
  const show = useCallback(
    (image: HTMLImageElement) => {
      const address = URL.createObjectURL(photo);
      image.src = address;
      return () => URL.revokeObjectURL(address);
    },
    [photo],
  );
  return <img ref={show} alt={`Photograph ${number}`} />;
}
