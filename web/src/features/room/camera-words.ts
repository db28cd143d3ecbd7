// How a room camera does, in words.
import { formatClock, formatDateTime } from "@/lib/time";
import type { CameraState, LastPicture } from "@/features/room/people-seen";

/** From here on the time alone could be yesterday's, milliseconds. */
const LONG_AGO_MS = 12 * 3_600_000;

export function cameraWords(state: CameraState): string {
  switch (state.kind) {
    case "running":
      return "pictures arrive";
    case "silent":
      return state.last ? `no picture since ${pictureTime(state.last)}` : "no picture yet";
    case "unusable":
      return state.why;
    case "unknown":
      return "not heard of yet";
  }
}

function pictureTime({ at, ago }: LastPicture): string {
  return ago < LONG_AGO_MS ? formatClock(at) : formatDateTime(at);
}
