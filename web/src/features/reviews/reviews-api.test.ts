import { expect, test } from "vitest";
import { applyToReviews } from "@/features/reviews/reviews-api";
import type { ReviewView } from "@/lib/generated/protocol";
import { itemsOf, totalOf } from "@/lib/paging";

function review(id: string, decided: boolean): ReviewView {
  return {
    id,
    reason: "unsure",
    kind: "pick",
    sku: "milk",
    name: "Oat milk",
    quantity: 1,
    came_back: 0,
    evidence: {
      slot: "G1-S1-01",
      sensor: "load_cell",
      noticed_at: "2026-11-22T12:00:00Z",
      delta_units: -1,
      grams: null,
      contents: [],
      trace: [],
      candidates: [],
      basis: "none",
    },
    opened_at: "2026-11-22T12:00:00Z",
    asked: [],
    decision: decided ? { session_id: null, shopper_name: null, decided_at: "2026-11-22T12:05:00Z" } : null,
  };
}

test.each([
  ["a new case joins the open ones", "open", ["a"], review("b", false), ["b", "a"]],
  ["told twice it stays one", "open", ["a"], review("a", false), ["a"]],
  ["a decided case leaves the open ones", "open", ["a", "b"], review("a", true), ["b"]],
  ["and joins the decided ones", "decided", ["c"], review("a", true), ["a", "c"]],
  ["an open case is none of theirs", "decided", ["c"], review("a", false), ["c"]],
] as const)("%s", (_what, filter, before, changed, after) => {
  const items = before.map((id) => review(id, filter === "decided"));
  // The second page holds the last one, so that it is looked for there too.
  const [first, second] = [items.slice(0, -1), items.slice(-1)];
  const pages = {
    pages: [
      { items: first, next: "2", total: items.length },
      { items: second, next: null, total: null },
    ],
    pageParams: [null, "2"],
  };
  applyToReviews(pages, changed, { state: filter });
  expect(itemsOf(pages).map((one) => one.id)).toEqual(after);
  expect(totalOf(pages)).toBe(after.length);
});
