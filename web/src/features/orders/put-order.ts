// Keeps a list of orders, newest first, up to date.
import type { OrderSummary } from "@/lib/generated/protocol";
import { prependItem, replaceItem, type Pages } from "@/lib/paging";

/** Puts an order in its place: a known one is replaced; a new one comes first, unless filters may leave it out. */
export function putOrder(pages: Pages<OrderSummary>, order: OrderSummary, filtered = false): void {
  const known = replaceItem(pages, order, (one) => one.id === order.id);
  if (!known && !filtered) prependItem(pages, order);
}
