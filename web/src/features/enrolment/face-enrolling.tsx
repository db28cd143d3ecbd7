// Enrolling a face from consent to done.
import { useReducer, useState } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import { problemOf } from "@/lib/problem";
import { ConsentStep } from "@/features/enrolment/consent-step";
import { useEnrolFaceMutation } from "@/features/enrolment/enrolment-api";
import { enrolment, readyPhotos, startEnrolment, type Enrolment } from "@/features/enrolment/enrolment-machine";
import { FilmBooth } from "@/features/enrolment/film-booth";
import { PhotoBooth } from "@/features/enrolment/photo-booth";
import { PhotoStrip } from "@/features/enrolment/photo-strip";
import "@/features/enrolment/enrolment.css";

export function FaceEnrolling({ onDone }: { onDone: () => void }) {
  const [state, dispatch] = useReducer(enrolment, startEnrolment);
  const [filmed, setFilmed] = useState(false);
  const [enrol, { isLoading, error, isSuccess, reset }] = useEnrolFaceMutation();
  const problem = problemOf(error);

  if (isSuccess || filmed) return <Enrolled onDone={onDone} />;
  if (state.step === "consent") {
    return (
      <>
        {problem?.code === "consent_required" && <ProblemNotice problem={problem} />}
        <ConsentStep onConsent={({ version, ways }) => dispatch({ type: "consentGiven", version, ways })} />
      </>
    );
  }

  if (state.step === "film") {
    return (
      <>
        <div className="page-lead">
          <h1>A short film of you</h1>
          <p>Look at the camera, then turn your head to where the arrow points. It shows that it is you.</p>
        </div>
        <FilmBooth
          consentVersion={state.consentVersion}
          onEnrolled={() => setFilmed(true)}
          onConsentOutdated={() => dispatch({ type: "consentOutdated" })}
        />
        {state.ways.includes("photographs") && (
          <button
            type="button"
            className="button-text"
            onClick={() => dispatch({ type: "wayChosen", way: "photographs" })}
          >
            Use photographs instead
          </button>
        )}
      </>
    );
  }

  const photos = readyPhotos(state);
  const words = wordsFor(state);
  const missing = state.places.filter((place) => !place.photo).length;
  const send = async (ready: Blob[]) => {
    const answer = await enrol({ consentVersion: state.consentVersion, photos: ready });
    const refusal = problemOf(answer.error);
    if (refusal?.code === "consent_required") dispatch({ type: "consentOutdated" });
    else if (refusal) dispatch({ type: "photosRejected", problems: refusal.problems ?? [] });
  };
  const discard = (index: number) => {
    reset();
    dispatch({ type: "photoDiscarded", index });
  };

  return (
    <>
      <div className="page-lead">
        <h1>{words.title}</h1>
        <p>{words.advice}</p>
      </div>
      {missing > 0 && (
        <PhotoBooth
          number={state.places.findIndex((place) => !place.photo) + 1}
          onPhotos={(taken) => dispatch({ type: "photosTaken", photos: taken })}
        />
      )}
      <PhotoStrip places={state.places} busy={isLoading} onRetake={discard} />
      <ProblemNotice problem={problem} />
      {missing === 0 && (
        <button
          type="button"
          className="button button-wide"
          disabled={!photos || isLoading}
          onClick={() => photos && void send(photos)}
        >
          {isLoading ? "Checking your photographs…" : "Save my face"}
        </button>
      )}
    </>
  );
}

function wordsFor({ places }: Enrolment): { title: string; advice: string } {
  if (places.some((place) => place.problem)) {
    return { title: "Not quite yet", advice: "Take the marked photographs again." };
  }
  if (places.some((place) => !place.photo)) {
    return { title: "Three photographs", advice: "Good light, face in the oval, nothing covering it." };
  }
  return { title: "Happy with these?", advice: "You can take any of them again." };
}

function Enrolled({ onDone }: { onDone: () => void }) {
  return (
    <section className="stack" role="status">
      <div className="page-lead">
        <h1>The door knows you now</h1>
        <p>Look at the camera when you come in. Your code keeps working too.</p>
      </div>
      <p className="quiet">What we hold, until when, and how to delete it: you find it in your account.</p>
      <button type="button" className="button button-wide" onClick={onDone}>
        Done
      </button>
    </section>
  );
}
