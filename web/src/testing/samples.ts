// Plausible values of the wire types.
import type { CartItem, FloorView, OrderView, Visit } from "@/lib/generated/protocol";

const MILK: CartItem = { sku: "milk", name: "Oat milk", quantity: 1, unit_price_minor: 249 };

/** A visit with so many cartons of milk. */
export function visitWith(milk: number, changes: Partial<Visit> = {}): Visit {
  return {
    session_id: "visit-1",
    state: "open",
    opened_at: "2026-11-22T12:00:00Z",
    opened_by: "face",
    exited_at: null,
    receipt_by: null,
    forgotten: false,
    cart: { items: milk > 0 ? [{ ...MILK, quantity: milk }] : [], total_minor: 249 * milk, currency: "EUR" },
    questions: [],
    order_id: null,
    ...changes,
  };
}

export function sampleFloor(changes: Partial<FloorView> = {}): FloorView {
  return {
    store_name: "Smart Mart",
    currency: "EUR",
    time_zone: "UTC",
    today: "2026-11-22",
    visits: [],
    open_reviews: 0,
    open_disputes: 0,
    set_aside: 0,
    orders_today: 3,
    sales_today_minor: 1000,
    activity: [],
    seq: 10,
    ...changes,
  };
}

export function sampleOrder(changes: Partial<OrderView> = {}): OrderView {
  return {
    id: "order-1",
    number: "2026-000042",
    session_id: "visit-1",
    store_name: "Smart Mart",
    shopper_name: "Anna",
    placed_at: "2026-11-22T12:00:00+00:00",
    time_zone: "UTC",
    lines: [
      {
        sku: "milk",
        name: "Oat milk",
        quantity: 2,
        refunded_quantity: 0,
        unit_price_minor: 249,
        total_minor: 498,
        tax_rate_bp: 700,
      },
      {
        sku: "soap",
        name: "Soap",
        quantity: 1,
        refunded_quantity: 0,
        unit_price_minor: 375,
        total_minor: 375,
        tax_rate_bp: 1900,
      },
    ],
    taxes: [{ rate_bp: 700, net_minor: 465, tax_minor: 33 }],
    total_minor: 873,
    refunded_minor: 0,
    currency: "EUR",
    disputes: [],
    ...changes,
  };
}
