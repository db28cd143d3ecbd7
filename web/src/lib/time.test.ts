// @vitest-environment node
import { afterEach, expect, test } from "vitest";
import { formatClock, formatDate, formatDateTime, formatReceiptTime, showTimesOf } from "@/lib/time";

const plain = (text: string) => text.replace(/[\u202f\u00a0]/gu, " ");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
afterEach(() => showTimesOf(undefined));

test("a receipt of New Year's Day in Berlin is of New Year's Day", () => {
  const words = plain(formatReceiptTime("2026-01-01T00:59:00+01:00", "Europe/Berlin"));
  expect(words).toMatch(/Jan 1, 2026, 12:59 AM Europe\/Berlin \(GMT\+1\)|1 Jan 2026, 00:59 Europe\/Berlin \(GMT\+1\)/);
  showTimesOf("Europe/Berlin");
  expect(formatDate("2025-12-31T23:59:00Z")).toMatch(/2026/);
});

test.each([
  ["Asia/Kathmandu", "2025-12-31T18:15:00Z", "GMT+5:45"],
  ["Australia/Lord_Howe", "2026-01-01T00:00:00Z", "GMT+11"],
  ["Australia/Lord_Howe", "2026-06-01T00:00:00Z", "GMT+10:30"],
  ["Europe/Berlin", "2026-10-25T00:30:00Z", "GMT+2"],
  ["Europe/Berlin", "2026-10-25T01:30:00Z", "GMT+1"],
])("%s at %s is named %s", (zone, at, name) => {
  expect(formatReceiptTime(at, zone)).toContain(`${zone} (${name})`);
});

test("times say whose they are where the reader's clock shows others", () => {
  const elsewhere = own === "Asia/Kathmandu" ? "Europe/Berlin" : "Asia/Kathmandu";
  showTimesOf(elsewhere);
  expect(formatClock("2026-06-01T12:00:00Z")).toContain("GMT+");
  expect(formatDateTime("2026-06-01T12:00:00Z")).toContain("GMT+");
  showTimesOf(own);
  expect(formatClock("2026-06-01T12:00:00Z")).not.toContain("GMT");
});

test("a zone that the browser does not know leaves UTC", () => {
  showTimesOf("Mars/Olympus_Mons");
  expect(plain(formatClock("2026-06-01T12:00:00Z"))).toMatch(/12:00/);
});
