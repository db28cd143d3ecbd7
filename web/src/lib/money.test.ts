// @vitest-environment node
import { describe, expect, test } from "vitest";
import { formatMoney, formatRate, moneyInputValue, parseMoney } from "@/lib/money";

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
