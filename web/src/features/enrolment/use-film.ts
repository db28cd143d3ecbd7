// A film of the shopper under way: frames to the server, one at a time, and what to show next.
import { useEffect, useRef, useState, type RefObject } from "react";
import { videoJpeg } from "@/lib/jpeg";
import type { FilmLook, Problem } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { useBeginFilmMutation, useLookAtFilmMutation } from "@/features/enrolment/enrolment-api";

/** At most five frames a second. */
export const PACE_MS = 200;
const WIDEST = 800;
const QUALITY = 0.88;

export type Film =
  | { kind: "idle" }
  | { kind: "running"; look: FilmLook | null }
  | { kind: "failed"; problem: Problem }
  | { kind: "enrolled" };

/** Films from the video element when told to. */
export function useFilm(
  video: RefObject<HTMLVideoElement | null>,
  consentVersion: string,
): { film: Film; start: () => void; stop: () => void } {
  const [film, setFilm] = useState<Film>({ kind: "idle" });
  const [begin] = useBeginFilmMutation();
  const [lookAt] = useLookAtFilmMutation();
  const stopped = useRef<AbortController | null>(null);
  useEffect(() => () => stopped.current?.abort(), []);

  const run = async ({ signal }: AbortController) => {
    const begun = await begin(consentVersion);
    if (signal.aborted) return;
    if (!begun.data) return setFilm(failed(begun.error));
    for (;;) {
      const since = performance.now();
      // oxlint-disable-next-line no-await-in-loop -- one frame at a time
      const jpeg = video.current && (await videoJpeg(video.current, WIDEST, QUALITY));
      if (signal.aborted) return;
      if (jpeg) {
        // oxlint-disable-next-line no-await-in-loop
        const answer = await lookAt({ film: begun.data.film, jpeg });
        if (signal.aborted) return;
        if (!answer.data) return setFilm(failed(answer.error));
        if (answer.data.kind === "enrolled") return setFilm({ kind: "enrolled" });
        setFilm({ kind: "running", look: answer.data });
      }
      // oxlint-disable-next-line no-await-in-loop
      await pause(Math.max(0, since + PACE_MS - performance.now()));
      if (signal.aborted) return;
    }
  };

  const start = () => {
    stopped.current?.abort();
    stopped.current = new AbortController();
    setFilm({ kind: "running", look: null });
    void run(stopped.current);
  };
  const stop = () => {
    stopped.current?.abort();
    setFilm({ kind: "idle" });
  };
  return { film, start, stop };
}

function failed(error: Parameters<typeof problemOf>[0]): Film {
  const problem = problemOf(error);
  return problem ? { kind: "failed", problem } : { kind: "idle" };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
