import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { ReviewCard } from "@/features/reviews/review-card";
import type { AskedView, ReviewView } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { takes } from "@/testing/server";

const candidate = (name: string) => ({ session_id: name, shopper_name: name, probability: 0.5, sightings: 1 });

function review(asked: AskedView[]): ReviewView {
  return {
    id: "r1",
    reason: "unsure",
    kind: "pick",
    sku: "milk",
    name: "Oat milk",
    quantity: 1,
    evidence: {
      slot: "g1s1",
      sensor: "load_cell",
      noticed_at: "2026-11-22T12:00:00Z",
      delta_units: -1,
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
