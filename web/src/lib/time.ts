// Times for people. The wire carries RFC 3339; screens show the store's clock, and say so where the reader's shows another time.

let storeZone: string | undefined;

/** From now on times are shown by the clock of this IANA time zone: the store's. None: by the reader's own. */
export function showTimesOf(zone: string | undefined): void {
  storeZone = zone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string | undefined, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([zone, options]);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(undefined, { ...options, timeZone: knownZone(zone) });
  formats.set(key, made);
  return made;
}

/** A browser may be older than the zone; then UTC says at least what it is. */
function knownZone(zone: string | undefined): string | undefined {
  try {
    return new Intl.DateTimeFormat(undefined, { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

const DATE: Intl.DateTimeFormatOptions = { dateStyle: "medium" };
const DATE_TIME: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
const CLOCK: Intl.DateTimeFormatOptions = { timeStyle: "short" };
const HOUR_MS = 3_600_000;

/** A day, such as `22 Nov 2026`. */
export function formatDate(at: string): string {
  return format(storeZone, DATE).format(new Date(at));
}

/** A day with the time. */
export function formatDateTime(at: string, zone = storeZone): string {
  return withOffset(at, zone, DATE_TIME);
}

/** The time alone. */
export function formatClock(at: string): string {
  return withOffset(at, storeZone, CLOCK);
}

/** The time on a receipt, which may be read anywhere: it names its zone. */
export function formatReceiptTime(at: string, zone: string): string {
  const when = new Date(at);
  return `${format(zone, DATE_TIME).format(when)} ${zone === "UTC" ? "UTC" : `${zone} (${offsetName(when, zone)})`}`;
}

function withOffset(at: string, zone: string | undefined, options: Intl.DateTimeFormatOptions): string {
  const when = new Date(at);
  const words = format(zone, options).format(when);
  return canBeMisread(when, zone) ? `${words} ${offsetName(when, zone)}` : words;
}

/** Whether the reader's own clock showed something else then, or the store's showed it twice in that night. */
function canBeMisread(when: Date, zone: string | undefined): boolean {
  const minute = format(zone, DATE_TIME).format(when);
  if (minute !== format(undefined, DATE_TIME).format(when)) return true;
  const near = [-HOUR_MS, HOUR_MS, -HOUR_MS / 2, HOUR_MS / 2];
  return near.some((ms) => format(zone, DATE_TIME).format(new Date(when.getTime() + ms)) === minute);
}

function offsetName(when: Date, zone: string | undefined): string {
  const parts = format(zone, { timeZoneName: "shortOffset" }).formatToParts(when);
  return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
}

/** The moment at which a day of a date field, such as `2026-11-22`, begins where the reader is; `later` by so many days. */
export function startOfDay(day: string, later = 0): string | undefined {
  const [year, month, dayOfMonth] = day.split("-").map(Number);
  const start = new Date(year ?? Number.NaN, (month ?? Number.NaN) - 1, (dayOfMonth ?? Number.NaN) + later);
  return Number.isNaN(start.getTime()) ? undefined : start.toISOString();
}

/** How long something has lasted: `40 s`, `12 min`, `1 h 05`. */
export function formatSpan(fromMs: number, untilMs: number): string {
  const seconds = Math.max(0, Math.floor((untilMs - fromMs) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")}`;
}
