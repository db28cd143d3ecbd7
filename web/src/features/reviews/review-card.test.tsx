import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ReviewCard } from "@/features/reviews/review-card";
import type { AskedView, ReviewView } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { takes } from "@/testing/server";

const candidate = (name: string) => ({
  session_id: name,
  shopper_name: name,
  probability: 0.5,
  sightings: 1,
  hand_m: null,
});

function review(asked: AskedView[]): ReviewView {
  return {
    id: "r1",
    reason: "unsure",
    kind: "pick",
    sku: "milk",
    name: "Oat milk",
    quantity: 1,
    came_back: 0,
    evidence: {
      slot: "g1s1",
      sensor: "load_cell",
      noticed_at: "2026-11-22T12:00:00Z",
      delta_units: -1,
      grams: null,
      contents: [],
      trace: [],
      candidates: [candidate("Ada"), candidate("Bob")],
      basis: "seen_at_shelf",
    },
    opened_at: "2026-11-22T12:00:00Z",
    asked,
    decision: null,
  };
}

const asked = (name: string, answer: boolean | null): AskedView => ({
  session_id: name,
  shopper_name: name,
  at: "2026-11-22T12:01:00Z",
  answer,
});

test("a shopper is asked by one click", async () => {
  const bodies: unknown[] = [];
  takes("post", "/admin/reviews/r1/ask", (body) => {
    bodies.push(body);
    return Response.json(review([asked("Bob", null)]));
  });
  renderApp(<ReviewCard review={review([])} present={[]} />);
  await userEvent.setup().click(screen.getByRole("button", { name: "Ask Bob" }));
  expect(bodies).toEqual([{ session_id: "Bob" }]);
});

test("nobody is asked while an answer is awaited, and nobody twice", () => {
  const { unmount } = renderApp(<ReviewCard review={review([asked("Bob", null)])} present={[]} />);
  expect(screen.queryByRole("button", { name: /^Ask/ })).not.toBeInTheDocument();
  expect(screen.getByText(/has not answered yet/)).toBeInTheDocument();
  unmount();
  renderApp(<ReviewCard review={review([asked("Bob", false)])} present={[]} />);
  expect(screen.getByText(/says: that was not me/)).toBeInTheDocument();
  expect(screen.getAllByRole("button", { name: /^Ask/ }).map((one) => one.textContent)).toEqual(["Ask Ada"]);
});

test("where load cells leave open what it was, staff say so with whose it was", async () => {
  const bodies: unknown[] = [];
  takes("post", "/admin/reviews/r1", (body) => {
    bodies.push(body);
    return Response.json(review([]));
  });
  const unclear = review([]);
  unclear.evidence = {
    ...unclear.evidence,
    delta_units: 0,
    grams: -262.4,
    contents: [
      { sku: "milk", name: "Oat milk", quantity: 1, probability: 0.6 },
      { sku: "coffee", name: "Coffee", quantity: 2, probability: 0.4 },
    ],
  };
  renderApp(<ReviewCard review={unclear} present={[]} />);
  expect(screen.getByText("−262 g")).toBeInTheDocument();
  const user = userEvent.setup();
  await user.selectOptions(screen.getByLabelText("What was it?"), "2 × Coffee");
  await user.click(screen.getByRole("button", { name: "It was Ada" }));
  expect(bodies).toEqual([{ session_id: "Ada", sku: "coffee" }]);
});

test("what came back is not asked about", () => {
  const { unmount } = renderApp(<ReviewCard review={{ ...review([]), quantity: 3, came_back: 1 }} present={[]} />);
  expect(screen.getByText("1 came back since: 2 left to decide.")).toBeInTheDocument();
  unmount();
  const decision = { session_id: null, shopper_name: null, decided_at: "2026-11-22T12:05:00Z" };
  renderApp(<ReviewCard review={{ ...review([]), came_back: 1, decision }} present={[]} />);
  expect(screen.getByText("nothing to decide")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Nobody" })).not.toBeInTheDocument();
});
