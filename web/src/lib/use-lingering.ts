// Lets things that have left a list stay for a moment, so that their leaving can be seen.
import { useEffect, useState } from "react";

type Kept<Item> = { item: Item; leaving: boolean };

/** Puts what left back where it stood, marked as leaving. */
export function withLeaving<Item>(before: Kept<Item>[], items: Item[], keyOf: (item: Item) => string): Kept<Item>[] {
  const present = new Set(items.map(keyOf));
  const next: Kept<Item>[] = items.map((item) => ({ item, leaving: false }));
  before.forEach((kept, index) => {
    if (!present.has(keyOf(kept.item)))
      next.splice(Math.min(index, next.length), 0, { item: kept.item, leaving: true });
  });
  return next;
}

/** The items, and for `ms` those that have just left. Items of one key count as the same. */
export function useLingering<Item>(items: Item[], keyOf: (item: Item) => string, ms: number): Kept<Item>[] {
  const [kept, setKept] = useState<Kept<Item>[]>(() => items.map((item) => ({ item, leaving: false })));
  const [seen, setSeen] = useState(items);
  if (seen !== items) {
    setSeen(items);
    setKept(withLeaving(kept, items, keyOf));
  }
  useEffect(() => {
    if (!kept.some((one) => one.leaving)) return;
    const timer = setTimeout(() => setKept((now) => now.filter((one) => !one.leaving)), ms);
    return () => clearTimeout(timer);
  }, [kept, ms]);
  return kept;
}
