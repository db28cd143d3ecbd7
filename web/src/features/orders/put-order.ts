// Keeps a list of orders, newest first, up to date.
import type { OrderSummary } from "@/lib/generated/protocol";

/** Puts an order in its place: a known one is replaced, a new one comes first. */
export function putOrder(orders: OrderSummary[], order: OrderSummary): void {
  const index = orders.findIndex((one) => one.id === order.id);
  if (index >= 0) orders[index] = order;
  else orders.unshift(order);
}
