// The ids of changes: one for each thing that somebody wants done, kept until its answer is known.
import type { FetchArgs } from "@reduxjs/toolkit/query/react";

import { newUuid } from "@/lib/uuid";

type Change = Pick<FetchArgs, "url" | "method" | "body" | "params">;

/** Whoever wants the same after so long wants it anew: longer than a request is waited for, and somebody clicks again. */
const MEANT_AGAIN_MS = 60_000;

/** Changes whose answer has not come, by what they ask for; some of them are still on their way. */
const open = new Map<string, { id: string; url: string; at: number; isOnItsWay: boolean }>();

export const commandIds = {
  /** The id of a change: that of the same change a moment ago, if its answer never came. Whoever sent it says how it ended. */
  of(request: Change) {
    const key = keyOf(request);
    const known = key === null ? undefined : open.get(key);
    const id = known && Date.now() - known.at < MEANT_AGAIN_MS ? known.id : newUuid();
    if (key !== null) open.set(key, { id, url: request.url, at: Date.now(), isOnItsWay: true });
    /** There was an answer. What was wanted of the same thing before is not wanted any more. */
    const settled = () => {
      if (key !== null) open.delete(key);
      if (request.method === "POST") return; // Of a collection: each is another thing.
      for (const [other, change] of open) if (change.url === request.url && !change.isOnItsWay) open.delete(other);
    };
    /** There was none: nobody can tell whether it was carried out. */
    const unanswered = () => {
      const change = key !== null && open.get(key);
      if (change) change.isOnItsWay = false;
    };
    return { id, settled, unanswered };
  },

  /** Somebody else uses the page from here on. */
  forgetAll() {
    open.clear();
  },
};

/** What is asked for, as text; none for files, which have ids of their own each time. */
function keyOf({ url, method, body, params }: Change) {
  const isFile = body instanceof Blob || body instanceof FormData;
  return isFile ? null : JSON.stringify([method, url, params, body]);
}
