// Times for people. The wire carries RFC 3339; screens show the reader's own clock.

const date = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });

/** A day, such as `22 Nov 2026`. */
export function formatDate(at: string): string {
  return date.format(new Date(at));
}

/** A day with the time. */
export function formatDateTime(at: string): string {
  return dateTime.format(new Date(at));
}

/** The time alone. */
export function formatClock(at: string): string {
  return clock.format(new Date(at));
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
