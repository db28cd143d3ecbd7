// What is held of a face, and how to replace or delete it.
import { Link } from "react-router";
import { ConfirmButton } from "@/components/confirm-button";
import { ProblemNotice } from "@/components/problem-notice";
import type { FaceEnrolment } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { formatDate } from "@/lib/time";
import { useDeleteFaceMutation } from "@/features/enrolment/enrolment-api";
import { ErasureNote } from "@/features/enrolment/erasure-note";
import { LearningSwitch } from "@/features/enrolment/learning-switch";

function held(face: FaceEnrolment) {
  const photographs = face.templates - face.from_visits;
  const visits = face.from_visits === 0 ? "" : `, and ${face.from_visits} of your visits`;
  const source = face.way === "film" ? "the film in which you turned your head" : "your photographs";
  return `We hold encrypted templates: ${photographs} of ${source}${visits}.`;
}

export function FaceCard({ face }: { face: FaceEnrolment | null }) {
  const [deleteFace, { data: receipt, isLoading, error }] = useDeleteFaceMutation();
  return (
    <section className="card stack" aria-label="Your face">
      <div className="spread">
        <h2>Your face</h2>
        {face ? <span className="pill pill-good">Enrolled</span> : <span className="pill">Not enrolled</span>}
      </div>
      {face ? (
        <>
          <p className="quiet">{held(face)}</p>
          <dl className="facts">
            <dt>Since</dt>
            <dd>{formatDate(face.enrolled_at)}</dd>
            <dt>Deleted by itself on</dt>
            <dd>{formatDate(face.expires_at)}</dd>
            <dt>Consent</dt>
            <dd>Version {face.consent_version}</dd>
          </dl>
          <LearningSwitch face={face} />
        </>
      ) : (
        !error && <p className="quiet">We hold nothing of your face. The QR code serves for everything.</p>
      )}
      {receipt && !face && <ErasureNote receipt={receipt} />}
      <ProblemNotice problem={problemOf(error)} />
      <div className="row">
        {!face && error && (
          <button type="button" className="button" disabled={isLoading} onClick={() => void deleteFace()}>
            Ask again for the receipt
          </button>
        )}
        <Link to="/enrol/face" className={face ? "button button-plain" : "button"}>
          {face ? "Replace my face" : "Use my face"}
        </Link>
        {face && (
          <ConfirmButton
            question="Delete it for good?"
            confirm="Yes, delete"
            busy={isLoading}
            onConfirm={() => void deleteFace()}
          >
            Delete my face
          </ConfirmButton>
        )}
      </div>
    </section>
  );
}
