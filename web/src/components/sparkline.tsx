// A sensor's readings as a small line.
const WIDTH = 240;
const HEIGHT = 72;
const PAD = 10;

/** The line's points across the drawing; a steady line lies in the middle. */
export function sparklinePoints(values: number[]): string {
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const step = (WIDTH - 2 * PAD) / Math.max(1, values.length - 1);
  return values
    .map((value, index) => {
      const share = span === 0 ? 0.5 : (value - low) / span;
      return `${(PAD + index * step).toFixed(1)},${(HEIGHT - PAD - share * (HEIGHT - 2 * PAD)).toFixed(1)}`;
    })
    .join(" ");
}

export function Sparkline({ values, label }: { values: number[]; label: string }) {
  if (values.length < 2) return <div className="sparkline-none faint small">No readings kept</div>;
  const points = sparklinePoints(values);
  const last = points.split(" ").at(-1)?.split(",") ?? [];
  return (
    <svg
      className="sparkline"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polyline
        points={points}
        fill="none"
        stroke="currentColor"
        strokeWidth="2.5"
        strokeLinejoin="round"
        vectorEffect="non-scaling-stroke"
      />
      <circle cx={last[0]} cy={last[1]} r="4" fill="currentColor" />
    </svg>
  );
}
