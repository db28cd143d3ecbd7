// The store's settings: read by staff, changed by its owner.
import { useState } from "react";
import { ProblemNotice } from "@/components/problem-notice";
import type { StoreSettingsView } from "@/lib/generated/protocol";
import { problemOf } from "@/lib/problem";
import { OpeningHoursFields } from "@/features/store/opening-hours-fields";
import { PlaceFields } from "@/features/store/place-fields";
import { useSaveStoreSettingsMutation } from "@/features/store/store-api";
import { draftOf, settingsOf, type StoreDraft } from "@/features/store/store-draft";
import { TaxRateFields } from "@/features/store/tax-rate-fields";
import "@/features/store/store.css";

type Props = {
  settings: StoreSettingsView;
  editable: boolean;
  onLoadAgain: () => Promise<StoreSettingsView | undefined>;
};

export function StoreForm({ settings, editable, onLoadAgain }: Props) {
  const [draft, setDraft] = useState<StoreDraft>(() => draftOf(settings));
  const [saved, setSaved] = useState(false);
  const [save, { isLoading, error, reset }] = useSaveStoreSettingsMutation();
  const problem = problemOf(error);
  const complete = settingsOf(draft);
  const change = (part: Partial<StoreDraft>) => {
    setSaved(false);
    setDraft({ ...draft, ...part });
  };
  const keep = async () => {
    if (!complete) return;
    const answer = await save(complete);
    if (!answer.data) return;
    setDraft(draftOf(answer.data));
    setSaved(true);
  };
  const loadAgain = async () => {
    const fresh = await onLoadAgain();
    if (!fresh) return;
    reset();
    setDraft(draftOf(fresh));
  };
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <fieldset className="store-fields stack" disabled={!editable || isLoading}>
        <PlaceFields draft={draft} currency={settings.currency} onChange={change} />
        <OpeningHoursFields draft={draft} editable={editable} onChange={change} />
        <TaxRateFields draft={draft} today={settings.today} editable={editable} onChange={change} />
      </fieldset>
      <ProblemNotice problem={problem} />
      {editable && (
        <div className="row">
          <button type="submit" className="button" disabled={!complete || isLoading}>
            Save
          </button>
          {problem?.code === "conflict" && (
            <button type="button" className="button button-plain" onClick={() => void loadAgain()}>
              Load again
            </button>
          )}
          {saved && <output className="pill pill-good">Saved</output>}
        </div>
      )}
    </form>
  );
}
