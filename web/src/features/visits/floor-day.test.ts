// What the monitor counts as sold today.
import { expect, test } from "vitest";
import type { OrderSummary } from "@/lib/generated/protocol";
import { applyToFloor, type Floor } from "@/features/visits/floor-api";
import { sampleFloor, visitWith } from "@/testing/samples";

test("the first order after the store's midnight begins a new day", () => {
  const inside = ["a", "b", "c"].map((id) => ({
    shopper_id: id,
    shopper_name: id,
    visit: visitWith(1, { session_id: id }),
    doubted_at: null,
  }));
  const floor: Floor = { ...sampleFloor({ today: "2025-12-31", visits: inside }), departures: [] };
  const leaves = (seq: number, id: string, placedAt: string) => {
    const order: OrderSummary = {
      id,
      number: "1",
      shopper_name: id,
      placed_at: placedAt,
      time_zone: "Europe/Berlin",
      units: 1,
      total_minor: 249,
      currency: "EUR",
      dispute: null,
    };
    applyToFloor(floor, { seq, change: { kind: "visit_settled", session_id: id, order }, activity: null });
    return [floor.today, floor.orders_today, floor.sales_today_minor];
  };
  expect(leaves(11, "a", "2025-12-31T23:59:00+01:00")).toEqual(["2025-12-31", 4, 1249]);
  expect(leaves(12, "b", "2026-01-01T00:00:00+01:00")).toEqual(["2026-01-01", 1, 249]);
  expect(leaves(13, "c", "2025-12-31T23:59:59+01:00")).toEqual(["2026-01-01", 1, 249]);
});
