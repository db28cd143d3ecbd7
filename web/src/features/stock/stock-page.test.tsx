import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { StockPage } from "@/apps/admin/pages/stock-page";
import type { SlotStock, ZoneStock } from "@/lib/generated/protocol";
import { renderApp } from "@/testing/render-app";
import { answers, onePage, refusal, takes } from "@/testing/server";

const slot = (part: Partial<SlotStock>): SlotStock => ({
  slot: "A1",
  sku: "cola",
  name: "Cola",
  capacity: 12,
  units: 8,
  sensed: null,
  counted_at: "2026-11-22T12:00:00Z",
  state: "fine",
  misplaced: [],
  ...part,
});
let zones: ZoneStock[] = [];

beforeEach(() => {
  zones = [
    {
      zone: "g1",
      restocking: null,
      slots: [slot({}), slot({ slot: "A2", name: "Bread", units: 2, state: "low" })],
    },
    {
      zone: "g2",
      restocking: null,
      slots: [slot({ slot: "B1", name: "Milk", units: 4, sensed: 3, state: "disagrees" })],
    },
  ];
  answers("/admin/stock", () => onePage(zones));
});

test("what is low or should be counted stands above everything", async () => {
  renderApp(<StockPage />);
  const todo = await screen.findByRole("region", { name: "To do" });
  expect(todo).toHaveTextContent("Bread (A2)");
  expect(todo).toHaveTextContent("Milk (B1)");
  expect(todo).not.toHaveTextContent("Cola");
  expect(screen.getByRole("region", { name: "Zone g2" })).toHaveTextContent("the shelf says 3");
});

test("what lies where it does not belong is to be put away", async () => {
  const lotion = { sku: "lotion", name: "Lotion", units: 1, since: "2026-11-22T12:00:00Z" };
  zones = [{ zone: "g1", restocking: null, slots: [slot({ misplaced: [lotion] })] }];
  renderApp(<StockPage />);
  expect(await screen.findByRole("region", { name: "To do" })).toHaveTextContent("1 × Lotion (at A1)");
  expect(screen.getByText(/Also here: 1 × Lotion/)).toBeInTheDocument();
});

test("staff say that they refill a zone, and that they are done", async () => {
  const sent: unknown[] = [];
  takes("put", "/admin/zones/g1/restocking", (body) => {
    sent.push(body);
    const on = (body as { on: boolean }).on;
    const restocking = { by: "Robin", since: "2026-11-22T12:00:00Z", until: "2026-11-22T12:30:00Z" };
    zones = zones.map((zone) => (zone.zone === "g1" ? { ...zone, restocking: on ? restocking : null } : zone));
    return Response.json(zones);
  });
  const user = userEvent.setup();
  renderApp(<StockPage />);
  const zone = await screen.findByRole("region", { name: "Zone g1" });
  await user.click(within(zone).getByRole("button", { name: "Refill this zone" }));
  expect(await within(zone).findByRole("status")).toHaveTextContent("Robin has been refilling since");
  await user.click(within(zone).getByRole("button", { name: "Done refilling" }));
  expect(await within(zone).findByRole("button", { name: "Refill this zone" })).toBeEnabled();
  expect(sent).toEqual([{ on: true }, { on: false }]);
});

test("a slot is counted, or said to be full", async () => {
  const sent: unknown[] = [];
  takes("put", "/admin/stock/A2", (body) => {
    sent.push(body);
    return Response.json(zones);
  });
  const user = userEvent.setup();
  renderApp(<StockPage />);
  await user.click(await screen.findByRole("button", { name: "Count A2" }));
  await user.type(screen.getByLabelText("Units at A2"), "7");
  await user.click(screen.getByRole("button", { name: "Save" }));
  await user.click(await screen.findByRole("button", { name: "Count A2" }));
  await user.click(screen.getByRole("button", { name: "Full" }));
  await screen.findByRole("button", { name: "Count A2" });
  expect(sent).toEqual([{ units: 7 }, { units: 12 }]);
});

test("a count that is refused says why and stays", async () => {
  takes("put", "/admin/stock/A1", () => refusal(422, "invalid_input", "A slot holds at most 10,000 units."));
  const user = userEvent.setup();
  renderApp(<StockPage />);
  await user.click(await screen.findByRole("button", { name: "Count A1" }));
  await user.type(screen.getByLabelText("Units at A1"), "10001");
  await user.click(screen.getByRole("button", { name: "Save" }));
  expect(await screen.findByText("A slot holds at most 10,000 units.")).toBeInTheDocument();
  expect(screen.getByLabelText("Units at A1")).toHaveValue(10001);
});

test("the badge is shown only when it is asked for", async () => {
  answers("/admin/me/badge", () => ({
    code: "SMARTMART-STAFF1:abc",
    done_code: "SMARTMART-STAFF1:def",
    expires_at: "2026-11-23T00:00:00Z",
  }));
  const user = userEvent.setup();
  renderApp(<StockPage />);
  await user.click(await screen.findByRole("button", { name: "Show my badge" }));
  expect(await screen.findByRole("img", { name: "Your badge to begin" })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Done" }));
  expect(screen.getByRole("img", { name: "Your badge when you are done" })).toBeInTheDocument();
  await user.click(screen.getByRole("button", { name: "Hide my badge" }));
  expect(screen.queryByRole("img", { name: /Your badge/ })).not.toBeInTheDocument();
});
