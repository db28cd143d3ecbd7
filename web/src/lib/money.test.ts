// @vitest-environment node
import { describe, expect, test } from "vitest";
import { CURRENCY_EXPONENTS } from "@/lib/generated/standards";
import { formatMoney, formatRate, moneyInputValue, parseMoney, parseRate, rateInputValue } from "@/lib/money";

describe("formatMoney", () => {
  test.each([
    [1240, "EUR", "€12.40"],
    [5, "EUR", "€0.05"],
    [-1240, "USD", "-$12.40"],
    [1240, "JPY", "¥1,240"],
    [1240, "KWD", "KWD 1.240"],
    [0, "EUR", "€0.00"],
    [123_456_789, "EUR", "€1,234,567.89"],
  ])("%i minor units of %s are %s", (minor, currency, words) => {
    expect(formatMoney(minor, currency, "en").replace(/\s/u, " ")).toBe(words);
  });
});

describe("parseMoney", () => {
  test.each([
    ["12.40", "EUR", 1240],
    ["12,4", "EUR", 1240],
    ["12", "EUR", 1200],
    [" 0.05 ", "EUR", 5],
    ["1240", "JPY", 1240],
    ["1.240", "KWD", 1240],
    ["12.401", "EUR", null],
    ["1.5", "JPY", null],
    ["", "EUR", null],
    ["twelve", "EUR", null],
    ["-3", "EUR", null],
  ])("%j in %s is %j", (text, currency, minor) => {
    expect(parseMoney(text, currency)).toBe(minor);
  });

  test.each([1, 99, 100, 1005, 123_456])("gives %i back unchanged", (minor) => {
    for (const currency of ["EUR", "JPY", "KWD"])
      expect(parseMoney(moneyInputValue(minor, currency), currency)).toBe(minor);
  });
});

test("tax rates are hundredths of a per cent", () => {
  expect([700, 1900, 550, 1].map((rate) => formatRate(rate, "en"))).toEqual(["7%", "19%", "5.5%", "0.01%"]);
});

describe("every currency of ISO 4217", () => {
  const all = Object.entries(CURRENCY_EXPONENTS);

  test("is in the table, the twelve among them that browsers and servers differ about", () => {
    expect(all.length).toBeGreaterThan(150);
    const differ = { PYG: 0, LYD: 3, IQD: 3, BIF: 0, DJF: 0, GNF: 0, KMF: 0, RWF: 0, UYW: 4, CLF: 4, VUV: 0, XPF: 0 };
    expect(CURRENCY_EXPONENTS).toMatchObject(differ);
    expect(CURRENCY_EXPONENTS).not.toHaveProperty("XAU");
  });

  test.each(all)("%s is written and read with %i digits", (currency, digits) => {
    const minor = 12 * 10 ** digits + (digits > 0 ? 1 : 0);
    const decimals = digits > 0 ? `.${"1".padStart(digits, "0")}` : "";
    expect(moneyInputValue(minor, currency)).toBe(`12${decimals}`);
    expect(parseMoney(`12${decimals}`, currency)).toBe(minor);
    const [number] = /\d[\d.]*/u.exec(formatMoney(minor, currency, "en")) ?? [];
    expect(number).toBe(`12${decimals}`);
    expect(parseMoney(`1.${"0".repeat(digits + 1)}`, currency)).toBeNull();
  });

  test("one that was withdrawn is shown as the server shows it", () => {
    expect(formatMoney(1250, "HRK", "en").replace(/\s/u, " ")).toBe("HRK 12.50");
  });
});

test.each([
  ["19", 1900],
  ["5.5", 550],
  ["5,05", 505],
  ["0", 0],
  ["100", 10_000],
  ["100.01", null],
  ["-1", null],
  ["1.234", null],
  ["", null],
])("a rate of %j per cent is %j", (text, basisPoints) => {
  expect(parseRate(text)).toBe(basisPoints);
  if (basisPoints !== null) expect(parseRate(rateInputValue(basisPoints))).toBe(basisPoints);
});
