import { expect, test } from "vitest";
import { applyToReviews } from "@/features/reviews/reviews-api";
import type { ReviewView } from "@/lib/generated/protocol";

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
  const reviews = before.map((id) => review(id, filter === "decided"));
  applyToReviews(reviews, changed, filter);
  expect(reviews.map((one) => one.id)).toEqual(after);
});
