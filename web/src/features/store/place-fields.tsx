// The store's name, time zone and country.
import { memo, useId, useMemo } from "react";
import { Field } from "@/components/field";
import { COUNTRIES, TIME_ZONES } from "@/lib/generated/standards";
import type { StoreDraft } from "@/features/store/store-draft";

type Props = { draft: StoreDraft; currency: string; onChange: (part: Partial<StoreDraft>) => void };

export function PlaceFields({ draft, currency, onChange }: Props) {
  const zonesId = useId();
  const countryId = useId();
  const countries = useMemo(() => {
    const names = new Intl.DisplayNames(undefined, { type: "region" });
    const named = COUNTRIES.map((code) => ({ code, name: names.of(code) ?? code }));
    return named.toSorted((a, b) => a.name.localeCompare(b.name));
  }, []);
  return (
    <section className="card stack" aria-label="Name and place">
      <h2>Name and place</h2>
      <div className="store-place">
        <Field
          label="Name"
          required
          maxLength={120}
          hint="On receipts and screens"
          value={draft.name}
          onChange={(e) => onChange({ name: e.target.value })}
        />
        <Field
          label="Time zone"
          required
          list={zonesId}
          autoComplete="off"
          spellCheck={false}
          hint="Receipts, days and taxes go by its clock"
          value={draft.timeZone}
          onChange={(e) => onChange({ timeZone: e.target.value })}
        />
        <Zones id={zonesId} />
        <div className="field">
          <label htmlFor={countryId}>Country</label>
          <select
            id={countryId}
            className="input"
            value={draft.country}
            onChange={(e) => onChange({ country: e.target.value })}
          >
            <option value="">Not said</option>
            {countries.map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <Field label="Currency" value={currency} disabled readOnly hint="Every stored amount is in it" />
      </div>
    </section>
  );
}

/** Six hundred names, rendered once. */
const Zones = memo(function Zones({ id }: { id: string }) {
  return (
    <datalist id={id}>
      {TIME_ZONES.map((zone) => (
        <option key={zone} value={zone} />
      ))}
    </datalist>
  );
});
