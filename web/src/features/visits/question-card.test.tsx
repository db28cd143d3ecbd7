import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { QuestionCard } from "@/features/visits/question-card";
import { renderApp } from "@/testing/render-app";
import { takes } from "@/testing/server";

const QUESTION = {
  id: "r1",
  name: "Oat milk",
  quantity: 2,
  put_back: false,
  occurred_at: "2026-11-22T12:00:00Z",
};

test("a shopper says whether it was them", async () => {
  const said: unknown[] = [];
  takes("post", "/me/questions/r1", (body) => {
    said.push(body);
    return new Response(null, { status: 204 });
  });
  const user = userEvent.setup();
  renderApp(<QuestionCard question={QUESTION} />);
  expect(screen.getByRole("heading", { name: "Did you take 2 × Oat milk?" })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "No" }));
  await user.click(await screen.findByRole("button", { name: "Yes, that was me" }));
  expect(said).toEqual([{ it_was_me: false }, { it_was_me: true }]);
});

test("what was put back is asked about as such, and a question that is over says so", async () => {
  takes("post", "/me/questions/r1", () =>
    Response.json(
      {
        type: "about:blank",
        title: "Conflict",
        status: 409,
        code: "conflict",
        detail: "this visit has already settled.",
      },
      { status: 409, headers: { "content-type": "application/problem+json" } },
    ),
  );
  const user = userEvent.setup();
  renderApp(<QuestionCard question={{ ...QUESTION, put_back: true }} />);
  await user.click(screen.getByRole("button", { name: "Yes, that was me" }));
  expect(screen.getByRole("heading", { name: "Did you put back 2 × Oat milk?" })).toBeInTheDocument();
  expect(await screen.findByText(/already settled/)).toBeInTheDocument();
});
