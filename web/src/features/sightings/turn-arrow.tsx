// Over the camera picture: to which side the head is to be turned. The picture is a mirror, so the person's left is on the left.
import type { GateOutcome, TurnPrompt } from "@/lib/generated/protocol";

const ARROW: Partial<Record<TurnPrompt, "left" | "right">> = { to_the_left: "left", to_the_right: "right" };

export function TurnArrow({ outcome }: { outcome: GateOutcome | null }) {
  const side = outcome?.kind === "turn_head" ? ARROW[outcome.prompt] : undefined;
  if (!side) return null;
  return (
    <svg className={`gate-arrow gate-arrow-${side}`} viewBox="0 0 100 100" data-testid="turn-arrow" aria-hidden="true">
      <path d="M92 50H12M46 14 10 50l36 36" />
    </svg>
  );
}
