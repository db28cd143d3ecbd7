import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { SetAsidePage } from "@/apps/admin/pages/set-aside-page";
import type { SetAsideView } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { answers, onePage, takes } from "@/testing/server";

test("what was set aside is read, and noted as seen to", async () => {
  let seenAt: string | null = null;
  const input = (): SetAsideView => ({
    id: "a1",
    kind: "shelf_event",
    cause: "slot must have 1 to 64 characters",
    input: '{"slot":""}',
    at: "2026-11-22T12:00:00Z",
    seen_at: seenAt,
  });
  answers("/admin/set-aside", () => onePage([input()]));
  takes("post", "/admin/set-aside/a1/seen", () => {
    seenAt = "2026-11-22T12:05:00Z";
    return new Response(null, { status: 204 });
  });
  renderApp(<SetAsidePage />);
  expect(await screen.findByText("slot must have 1 to 64 characters")).toBeInTheDocument();
  expect(screen.getByText("A shelf told something")).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "I have seen to it" }));
  expect(await screen.findByText(/^Seen to/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "I have seen to it" })).toBeNull();
});
