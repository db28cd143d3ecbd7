// Money for people. Amounts travel as integer minor units; only this file turns them into text and back.
import { CURRENCY_EXPONENTS } from "@/lib/generated/standards";

/** How many decimals a currency has, by the server's table: 2 for EUR, 0 for JPY, 3 for KWD; 2 for one that was withdrawn. */
export function currencyExponent(currency: string): number {
  return CURRENCY_EXPONENTS[currency] ?? 2;
}

/** An amount with its currency, such as `€12.40`. */
export function formatMoney(minor: number, currency: string, locale?: string): string {
  const digits = currencyExponent(currency);
  const format = new Intl.NumberFormat(locale, {
    style: "currency",
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return format.format(minor / 10 ** digits);
}

/** The plain decimal number for an input field, such as `12.40`. */
export function moneyInputValue(minor: number, currency: string): string {
  return (minor / 10 ** currencyExponent(currency)).toFixed(currencyExponent(currency));
}

/** What somebody typed, in minor units; none when it is not an amount. Comma and point both serve as decimal mark. */
export function parseMoney(text: string, currency: string): number | null {
  const exponent = currencyExponent(currency);
  const match = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim());
  if (!match) return null;
  const decimals = match[2] ?? "";
  if (decimals.length > exponent) return null;
  return Number(match[1]) * 10 ** exponent + Number(decimals.padEnd(exponent, "0") || 0);
}

/** A tax rate of hundredths of a per cent: 700 is `7%`. */
export function formatRate(basisPoints: number, locale?: string): string {
  return new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 2 }).format(basisPoints / 10_000);
}

/** The plain number of per cent for an input field, such as `5.5`. */
export function rateInputValue(basisPoints: number): string {
  return String(basisPoints / 100);
}

/** The per cent that somebody typed, in hundredths; none when it is not 0 to 100 with at most two decimals. */
export function parseRate(text: string): number | null {
  const match = /^(\d{1,3})(?:[.,](\d{1,2}))?$/.exec(text.trim());
  if (!match) return null;
  const basisPoints = Number(match[1]) * 100 + Number((match[2] ?? "").padEnd(2, "0"));
  return basisPoints <= 10_000 ? basisPoints : null;
}
