// Whether a dispute can be opened: one at a time, and only while something is left to contest.
import type { OrderView } from "@/lib/generated/protocol";

export function mayDispute(order: OrderView): boolean {
  const anythingLeft = order.lines.some((line) => line.quantity > line.refunded_quantity);
  return anythingLeft && !order.disputes.some((dispute) => dispute.state === "open");
}
