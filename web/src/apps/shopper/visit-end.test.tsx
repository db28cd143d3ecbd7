import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Settling } from "@/apps/shopper/visit-end";
import { renderApp } from "@/testing/render-app";
import { visitWith } from "@/testing/samples";
import { answers } from "@/testing/server";

test("a question is still asked while the visit settles", () => {
  const question = {
    id: "r1",
    name: "Oat milk",
    quantity: 1,
    put_back: false,
    occurred_at: "2026-11-22T12:00:00Z",
  };
  const { unmount } = renderApp(<Settling visit={visitWith(1, { state: "settling", questions: [question] })} />);
  expect(screen.getByRole("heading", { name: "Did you take 1 × Oat milk?" })).toBeInTheDocument();
  unmount();
  renderApp(<Settling visit={visitWith(1, { state: "settling" })} />);
  expect(screen.queryByRole("heading", { name: /^Did you/ })).not.toBeInTheDocument();
});

test("a receipt that waits for a second look says how long at the most", () => {
  const by = (ms: number) => new Date(Date.now() + ms).toISOString();
  answers("/me", () => ({ id: "s1", name: "Ada", email: "ada@example.org", face: null }));
  const { unmount } = renderApp(<Settling visit={visitWith(1, { state: "settling", receipt_by: by(50_000) })} />);
  expect(screen.getByText(/a second look/)).toBeInTheDocument();
  unmount();
  renderApp(<Settling visit={visitWith(1, { state: "settling", receipt_by: by(5_000) })} />);
  expect(screen.queryByText(/a second look/)).not.toBeInTheDocument();
});

test("whoever was not seen to leave hears that nothing is billed yet", () => {
  answers("/me", () => ({ id: "s1", name: "Ada", email: "ada@example.org", face: null }));
  renderApp(<Settling visit={visitWith(1, { state: "settling", forgotten: true })} />);
  expect(screen.getByRole("status")).toHaveTextContent("Our staff look at your visit before anything is billed");
  expect(screen.queryByText(/on its way/)).toBeNull();
  expect(screen.getByRole("button", { name: /Coming back in/ })).toBeInTheDocument();
});
