// The store's settings while an owner edits them: rates as they are typed, spans as inputs of type "time" want them.
import type { OpenSpanView, SaveStoreSettings, StoreSettingsView } from "@/lib/generated/protocol";
import { parseRate, rateInputValue } from "@/lib/money";

export type RateDraft = { validFrom: string | null; standard: string; reduced: string };
export type StoreDraft = {
  version: number;
  name: string;
  timeZone: string;
  country: string;
  days: OpenSpanView[][];
  dayEnds: string;
  rates: RateDraft[];
};

/** Midnight at the end of a day; an input of type "time" knows 00:00 only. */
const END_OF_DAY = "24:00";

export function draftOf(settings: StoreSettingsView): StoreDraft {
  const input = (span: OpenSpanView) => ({ from: span.from, to: span.to === END_OF_DAY ? "00:00" : span.to });
  return {
    version: settings.version,
    name: settings.name,
    timeZone: settings.time_zone,
    country: settings.country ?? "",
    days: settings.hours.days.map((spans) => spans.map(input)),
    dayEnds: settings.hours.day_ends,
    rates: settings.tax_rates.map((rate) => ({
      validFrom: rate.valid_from,
      standard: rateInputValue(rate.standard_bp),
      reduced: rateInputValue(rate.reduced_bp),
    })),
  };
}

/** What is sent; none while something is not filled in. */
export function settingsOf(draft: StoreDraft): SaveStoreSettings | null {
  const rates = draft.rates.map((rate) => ({
    valid_from: rate.validFrom,
    standard_bp: parseRate(rate.standard),
    reduced_bp: parseRate(rate.reduced),
  }));
  const complete =
    draft.name.trim() !== "" &&
    draft.timeZone.trim() !== "" &&
    draft.dayEnds !== "" &&
    draft.days.flat().every((span) => span.from !== "" && span.to !== "") &&
    rates.every((rate) => rate.valid_from !== "" && rate.standard_bp !== null && rate.reduced_bp !== null);
  if (!complete) return null;
  return {
    version: draft.version,
    name: draft.name.trim(),
    time_zone: draft.timeZone.trim(),
    country: draft.country === "" ? null : draft.country,
    hours: { days: draft.days, day_ends: draft.dayEnds },
    tax_rates: rates.map((rate) => ({
      valid_from: rate.valid_from,
      standard_bp: rate.standard_bp ?? 0,
      reduced_bp: rate.reduced_bp ?? 0,
    })),
  };
}
