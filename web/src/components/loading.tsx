// Shown while an answer is on its way.
export function Loading({ what = "Loading" }: { what?: string }) {
  return (
    <div className="loading" role="status">
      <div className="spinner" aria-hidden="true" />
      <span className="hidden-visually">{what}…</span>
    </div>
  );
}
