// The ids of changes: one for each thing that somebody wants done, kept until its answer is known.
import type { FetchArgs } from "@reduxjs/toolkit/query/react";

import { newUuid } from "@/lib/uuid";

/** Changes whose answer has not come, by what they ask for. */
const open = new Map<string, string>();

export const commandIds = {
  /** The id of a change: that of the same change before, if its answer never came; `settled` forgets it. */
  of(request: Pick<FetchArgs, "url" | "method" | "body" | "params">) {
    const key = keyOf(request);
    const id = (key !== null && open.get(key)) || newUuid();
    if (key !== null) open.set(key, id);
    return { id, settled: () => key !== null && open.get(key) === id && open.delete(key) };
  },
};

/** What is asked for, as text; none for files, which have ids of their own each time. */
function keyOf({ url, method, body, params }: Pick<FetchArgs, "url" | "method" | "body" | "params">) {
  const isFile = body instanceof Blob || body instanceof FormData;
  return isFile ? null : JSON.stringify([method, url, params, body]);
}
