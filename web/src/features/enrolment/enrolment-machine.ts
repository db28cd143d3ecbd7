// The steps of enrolling a face: consent, then a film; or three photographs, mending those that were refused.
import type { EnrolmentWay, FieldProblem } from "@/lib/generated/protocol";

/** The server makes one template of each. */
export const PHOTOS = 3;

/** One photograph's place: empty, taken, or taken and refused with a reason. */
export type PhotoPlace = { photo: Blob | null; problem?: string };
export type Enrolment = {
  step: "consent" | "film" | "photos";
  consentVersion: string;
  /** How the store takes photographs, the better way first. */
  ways: EnrolmentWay[];
  places: PhotoPlace[];
};

export type EnrolmentEvent =
  | { type: "consentGiven"; version: string; ways: EnrolmentWay[] }
  | { type: "wayChosen"; way: EnrolmentWay }
  | { type: "consentOutdated" }
  | { type: "photosTaken"; photos: Blob[] }
  | { type: "photoDiscarded"; index: number }
  | { type: "photosRejected"; problems: FieldProblem[] };

export const startEnrolment: Enrolment = {
  step: "consent",
  consentVersion: "",
  ways: [],
  places: Array.from({ length: PHOTOS }, () => ({ photo: null })),
};

export function enrolment(state: Enrolment, event: EnrolmentEvent): Enrolment {
  switch (event.type) {
    case "consentGiven":
      return { ...state, step: stepOf(event.ways[0]), consentVersion: event.version, ways: event.ways };
    case "wayChosen":
      return { ...state, step: stepOf(event.way) };
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

function stepOf(way: EnrolmentWay | undefined): "film" | "photos" {
  return way === "film" ? "film" : "photos";
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
