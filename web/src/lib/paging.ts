// Lists come in pages; each page names the cursor of the next.
import type { InfiniteData } from "@reduxjs/toolkit/query";
import type { Page } from "@/lib/generated/protocol";

/** Where a page begins; none: at the beginning of the list. */
export type Cursor = string | null;
/** The pages that were fetched so far. */
export type Pages<Item> = InfiniteData<Page<Item>, Cursor>;
export type Filters = Record<string, string | number | undefined>;

/** For `infiniteQueryOptions`. */
export const BY_CURSOR = {
  initialPageParam: null as Cursor,
  getNextPageParam: (last: Page<unknown>) => last.next ?? undefined,
};

/** The request for a page; filters that are empty are left out. */
export function pageOf(url: string, filters: Filters, cursor: Cursor) {
  const set = Object.entries(filters).filter(([, value]) => value !== undefined && value !== "");
  return { url, params: { ...Object.fromEntries(set), ...(cursor !== null && { cursor }) } };
}

/** Every entry that was fetched so far, in the list's order. */
export function itemsOf<Item>(pages: Pages<Item>): Item[] {
  return pages.pages.flatMap((page) => page.items);
}

/** How many entries there are, where the server counted them. */
export function totalOf(pages: Pages<unknown>): number | null {
  return pages.pages[0]?.total ?? null;
}

/** Replaces an entry wherever it stands; tells whether it was there. */
export function replaceItem<Item>({ pages }: Pages<Item>, item: Item, same: (one: Item) => boolean): boolean {
  for (const page of pages) {
    const index = page.items.findIndex(same);
    if (index >= 0) page.items[index] = item;
    if (index >= 0) return true;
  }
  return false;
}

/** Takes an entry out, wherever it stands. */
export function removeItem<Item>({ pages }: Pages<Item>, same: (one: Item) => boolean): void {
  for (const page of pages) {
    const index = page.items.findIndex(same);
    if (index < 0) continue;
    page.items.splice(index, 1);
    addToTotal(pages, -1);
    return;
  }
}

/** Puts a new entry before all others. */
export function prependItem<Item>({ pages }: Pages<Item>, item: Item): void {
  const first = pages[0];
  if (!first) return;
  first.items.unshift(item);
  addToTotal(pages, 1);
}

function addToTotal(pages: Page<unknown>[], change: number): void {
  const first = pages[0];
  if (first && first.total !== null) first.total += change;
}
