// The steps of enrolling a face: consent, three photographs, mending those that were refused.
import type { FieldProblem } from "@/lib/generated/protocol";

/** The server makes one template of each. */
export const PHOTOS = 3;

/** One photograph's place: empty, taken, or taken and refused with a reason. */
export type PhotoPlace = { photo: Blob | null; problem?: string };
export type Enrolment = { step: "consent" | "photos"; consentVersion: string; places: PhotoPlace[] };

export type EnrolmentEvent =
  | { type: "consentGiven"; version: string }
  | { type: "consentOutdated" }
  | { type: "photosTaken"; photos: Blob[] }
  | { type: "photoDiscarded"; index: number }
  | { type: "photosRejected"; problems: FieldProblem[] };

export const startEnrolment: Enrolment = {
  step: "consent",
  consentVersion: "",
  places: Array.from({ length: PHOTOS }, () => ({ photo: null })),
};

export function enrolment(state: Enrolment, event: EnrolmentEvent): Enrolment {
  switch (event.type) {
    case "consentGiven":
      return { ...state, step: "photos", consentVersion: event.version };
    case "consentOutdated":
      return { ...state, step: "consent" };
    case "photosTaken": {
      const fresh = [...event.photos];
      return {
        ...state,
        places: state.places.map((place) => (place.photo ? place : { photo: fresh.shift() ?? null })),
      };
    }
    case "photoDiscarded":
      return {
        ...state,
        places: state.places.map((place, index) => (index === event.index ? { photo: null } : place)),
      };
    case "photosRejected":
      return {
        ...state,
        places: state.places.map((place, index) => ({ ...place, problem: reasonFor(index, event.problems) })),
      };
  }
}

function reasonFor(index: number, problems: FieldProblem[]): string | undefined {
  const reasons = problems.filter((problem) => problem.field === `photo-${index + 1}`).map((problem) => problem.detail);
  return reasons.length > 0 ? reasons.join(" ") : undefined;
}

/** The photographs, once all are there and none is refused. */
export function readyPhotos({ places }: Enrolment): Blob[] | null {
  const photos = places.flatMap((place) => (place.photo && !place.problem ? [place.photo] : []));
  return photos.length === PHOTOS ? photos : null;
}
