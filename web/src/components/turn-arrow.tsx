// Over a camera's picture: to which side the head is to be turned. The picture is a mirror, so the person's left is on the left.
import type { TurnPrompt } from "@/lib/generated/protocol";
import "@/components/turn-arrow.css";

const ARROW: Partial<Record<TurnPrompt, "left" | "right">> = { to_the_left: "left", to_the_right: "right" };

export function TurnArrow({ prompt }: { prompt: TurnPrompt | undefined }) {
  const side = prompt && ARROW[prompt];
  if (!side) return null;
  return (
    <svg className={`turn-arrow turn-arrow-${side}`} viewBox="0 0 100 100" data-testid="turn-arrow" aria-hidden="true">
      <path d="M92 50H12M46 14 10 50l36 36" />
    </svg>
  );
}
