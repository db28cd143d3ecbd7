// Opening hours by weekday.
import type { OpenSpanView } from "@/lib/generated/protocol";
import type { StoreDraft } from "@/features/store/store-draft";

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MOST_SPANS = 6;
const FRESH: OpenSpanView = { from: "09:00", to: "18:00" };

type Props = { draft: StoreDraft; editable: boolean; onChange: (part: Partial<StoreDraft>) => void };

export function OpeningHoursFields({ draft, editable, onChange }: Props) {
  const setDay = (place: number, spans: OpenSpanView[]) =>
    onChange({ days: draft.days.map((known, at) => (at === place ? spans : known)) });
  return (
    <section className="card stack" aria-label="Opening hours">
      <h2>Opening hours</h2>
      <p className="small quiet">
        What ends at or before its beginning goes on into the next day; from 00:00 to 00:00 is the whole day.
      </p>
      <ul className="store-days">
        {WEEKDAYS.map((name, place) => (
          <li key={name} className="store-day">
            <b>{name}</b>
            <Spans
              day={name}
              spans={draft.days[place] ?? []}
              editable={editable}
              onChange={(spans) => setDay(place, spans)}
            />
          </li>
        ))}
      </ul>
      <label className="store-day">
        <b>Business day ends</b>
        <span className="store-span">
          <input
            type="time"
            required
            className="input input-small"
            value={draft.dayEnds}
            onChange={(e) => onChange({ dayEnds: e.target.value })}
          />
          <span className="small quiet">where the store does not close</span>
        </span>
      </label>
    </section>
  );
}

type SpansProps = {
  day: string;
  spans: OpenSpanView[];
  editable: boolean;
  onChange: (spans: OpenSpanView[]) => void;
};

function Spans({ day, spans, editable, onChange }: SpansProps) {
  const set = (place: number, part: Partial<OpenSpanView>) =>
    onChange(spans.map((span, at) => (at === place ? { ...span, ...part } : span)));
  return (
    <div className="store-spans">
      {spans.length === 0 && <span className="quiet">Closed</span>}
      {spans.map((span, place) => (
        // Spans have no names of their own, and none is moved.
        <span key={place} className="store-span">
          <input
            type="time"
            required
            className="input input-small"
            aria-label={`${day}, opens`}
            value={span.from}
            onChange={(e) => set(place, { from: e.target.value })}
          />
          –
          <input
            type="time"
            required
            className="input input-small"
            aria-label={`${day}, closes`}
            value={span.to}
            onChange={(e) => set(place, { to: e.target.value })}
          />
          {editable && (
            <button
              type="button"
              className="button-text"
              aria-label={`Remove ${day} ${span.from} to ${span.to}`}
              onClick={() => onChange(spans.filter((_, at) => at !== place))}
            >
              Remove
            </button>
          )}
        </span>
      ))}
      {editable && spans.length < MOST_SPANS && (
        <button
          type="button"
          className="button-text"
          aria-label={`Add hours on ${day}`}
          onClick={() => onChange([...spans, FRESH])}
        >
          Add hours
        </button>
      )}
    </div>
  );
}
