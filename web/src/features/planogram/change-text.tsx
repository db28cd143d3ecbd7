// What became of a slot, in a few words.
import type { FacingChangeView, FacingView } from "@/lib/generated/protocol";

type Props = { change: FacingChangeView; nameOf: (sku: string) => string };

export function ChangeText({ change, nameOf }: Props) {
  const { before, after } = change;
  if (!after) return <>Emptied{before && `: ${nameOf(before.sku)} stood here`}</>;
  if (!before) return <>Added: {nameOf(after.sku)}</>;
  const parts = differences(before, after);
  if (before.sku === after.sku) {
    return (
      <>
        {nameOf(after.sku)}: {parts.join(", ")}
      </>
    );
  }
  return (
    <>
      {nameOf(after.sku)} instead of {nameOf(before.sku)}
      {parts.length > 0 && `; ${parts.join(", ")}`}
    </>
  );
}

function differences(before: FacingView, after: FacingView): string[] {
  const place = (x: number | null) => (x === null ? "not measured" : x.toFixed(2));
  const parts = [];
  if (before.zone !== after.zone) parts.push(`zone ${before.zone} → ${after.zone}`);
  if (before.x !== after.x) parts.push(`across the picture ${place(before.x)} → ${place(after.x)}`);
  if (before.capacity !== after.capacity) parts.push(`capacity ${before.capacity} → ${after.capacity}`);
  return parts;
}
