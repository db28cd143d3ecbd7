// How a room camera does, in words.
import { formatClock } from "@/lib/time";
import type { CameraState } from "@/features/room/people-seen";

export function cameraWords(state: CameraState): string {
  switch (state.kind) {
    case "running":
      return "pictures arrive";
    case "silent":
      return state.since === null ? "no picture yet" : `no picture since ${formatClock(state.since)}`;
    case "unknown":
      return "not heard of yet";
  }
}
