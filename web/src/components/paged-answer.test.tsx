import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http } from "msw";
import { expect, test } from "vitest";
import { OrdersPage } from "@/apps/admin/pages/orders-page";
import type { OrderSummary } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { sampleFloor } from "@/testing/samples";
import { answers, onePage, server } from "@/testing/server";

const order = (number: number): OrderSummary => ({
  id: `order-${number}`,
  number: `2026-${String(number).padStart(6, "0")}`,
  shopper_name: "Anna",
  placed_at: "2026-11-22T12:00:00Z",
  time_zone: "UTC",
  units: 1,
  total_minor: 249,
  currency: "EUR",
  dispute: null,
});

/** 12 orders, 5 a page; the cursor is the last number. */
function orders(asked: URLSearchParams) {
  const below = Number(asked.get("cursor") ?? 13);
  const items = Array.from({ length: Math.min(5, below - 1) }, (_none, place) => order(below - 1 - place));
  const last = below - items.length;
  return { items, next: last > 1 ? String(last) : null, total: asked.has("cursor") ? null : 12 };
}

test("the oldest order is reached, page by page", async () => {
  answers("/admin/floor", () => sampleFloor());
  answers("/admin/orders", orders);
  renderApp(<OrdersPage />);
  const user = userEvent.setup();
  expect(await screen.findByText("5 of 12 shown")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Show more" }));
  expect(await screen.findByText("10 of 12 shown")).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Show more" }));
  expect(await screen.findByText("2026-000001")).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Show more" })).not.toBeInTheDocument();
  expect(screen.getAllByRole("row")).toHaveLength(13);
});

test("a page that does not come leaves the others, says the reference, and can be asked for again", async () => {
  answers("/admin/floor", () => sampleFloor());
  answers("/admin/orders", orders);
  renderApp(<OrdersPage />);
  const user = userEvent.setup();
  await screen.findByText("5 of 12 shown");
  server.use(
    http.get("http://smartmart.test/api/v1/admin/orders", () =>
      Response.json(
        {
          type: "x",
          title: "x",
          status: 503,
          code: "try_again_later",
          detail: "The store is busy.",
          request_id: "0190-ref",
        },
        { status: 503, headers: { "content-type": "application/problem+json" } },
      ),
    ),
  );
  await user.click(screen.getByRole("button", { name: "Show more" }));
  expect(await screen.findByRole("alert")).toHaveTextContent("The store is busy.");
  expect(screen.getByText("0190-ref").parentElement).toHaveTextContent("Reference: 0190-ref");
  expect(screen.getAllByRole("row")).toHaveLength(6);
  answers("/admin/orders", orders);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("10 of 12 shown")).toBeInTheDocument();
});

test("the server is asked for what is typed and chosen", async () => {
  const asked: string[] = [];
  answers("/admin/floor", () => sampleFloor());
  answers("/admin/orders", (query) => {
    asked.push(query.toString());
    return query.has("search") ? onePage([]) : onePage([order(1)]);
  });
  renderApp(<OrdersPage />);
  const user = userEvent.setup();
  await screen.findByText("2026-000001");
  await user.type(screen.getByLabelText("Number, shopper or product"), "50%");
  expect(await screen.findByText("Nothing like this")).toBeInTheDocument();
  await user.selectOptions(screen.getByLabelText("State"), "Refunded");
  await user.type(screen.getByLabelText("At least"), "2,50");
  await expect.poll(() => asked.at(-1)).toBe("search=50%25&state=refunded&least_minor=250");
});
