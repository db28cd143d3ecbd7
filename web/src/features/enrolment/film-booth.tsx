// Films the shopper: straight, turned to the side that the server asks for, and straight again.
import { useEffect } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import { TurnArrow } from "@/components/turn-arrow";
import type { FilmLook } from "@/lib/generated/protocol";
import { useCamera } from "@/lib/use-camera";
import { Booth } from "@/features/enrolment/booth";
import { useFilm } from "@/features/enrolment/use-film";

type Props = { consentVersion: string; onEnrolled: () => void; onConsentOutdated: () => void };

export function FilmBooth({ consentVersion, onEnrolled, onConsentOutdated }: Props) {
  const { video, state, retry } = useCamera();
  const { film, start, stop } = useFilm(video, consentVersion);
  const look = film.kind === "running" ? film.look : null;
  const problem = film.kind === "failed" ? film.problem : null;

  useEffect(() => {
    if (film.kind === "enrolled") onEnrolled();
    if (problem?.code === "consent_required") onConsentOutdated();
  }, [film.kind, problem, onEnrolled, onConsentOutdated]);

  return (
    <div className="stack">
      <Booth video={video} state={state} onRetry={retry}>
        <TurnArrow prompt={look?.kind === "turn" ? look.prompt : undefined} />
        {film.kind === "running" && (
          <p className="booth-say" role="status">
            {wordsFor(look)}
          </p>
        )}
        {film.kind === "running" && <Progress look={look} />}
      </Booth>
      <ProblemNotice problem={problem} />
      <button
        type="button"
        className="button button-wide"
        disabled={state.kind !== "running"}
        onClick={film.kind === "running" ? stop : start}
      >
        {film.kind === "running" ? "Stop" : film.kind === "failed" ? "Film once more" : "Start"}
      </button>
    </div>
  );
}

function wordsFor(look: FilmLook | null): string {
  if (!look) return "Look straight at the camera";
  switch (look.kind) {
    case "mend":
      return look.advice;
    case "look_back":
      return "Good. Now look at the camera again";
    case "enrolled":
      return "Done";
    case "turn":
      switch (look.prompt) {
        case "look_straight":
          return "Look straight at the camera";
        case "to_the_left":
          return "Turn your head slowly to your left";
        case "to_the_right":
          return "Turn your head slowly to your right";
        case "hold_still":
          return "Hold still";
      }
  }
}

/** Straight, turned, back: how far the film is. */
function Progress({ look }: { look: FilmLook | null }) {
  const done = stepsDone(look);
  return (
    <span className="booth-progress" aria-hidden="true">
      {[0, 1, 2].map((step) => (
        <i key={step} className={step < done ? "booth-step booth-step-done" : "booth-step"} />
      ))}
    </span>
  );
}

function stepsDone(look: FilmLook | null): number {
  if (look?.kind === "look_back") return 2;
  return look?.kind === "turn" && look.prompt !== "look_straight" ? 1 : 0;
}
