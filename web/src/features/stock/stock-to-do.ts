// What somebody should go to the shelves for.
import type { MisplacedView, SlotStock, ZoneStock } from "@/lib/generated/protocol";

export type StockToDo = {
  /** Slots to be refilled. */
  low: SlotStock[];
  /** Slots to be counted. */
  unsure: SlotStock[];
  /** What is to be put away, and where it lies. */
  misplaced: { slot: string; what: MisplacedView }[];
};

export function stockToDo(zones: ZoneStock[]): StockToDo {
  const slots = zones.flatMap((zone) => zone.slots);
  return {
    low: slots.filter((slot) => slot.state === "low"),
    unsure: slots.filter((slot) => slot.state === "disagrees"),
    misplaced: slots.flatMap(({ slot, misplaced }) => misplaced.map((what) => ({ slot, what }))),
  };
}
