// The one API of RTK Query. Features inject their endpoints; server data lives nowhere else.
import { createAction } from "@reduxjs/toolkit";
import {
  createApi,
  fetchBaseQuery,
  type BaseQueryFn,
  type FetchArgs,
  type FetchBaseQueryError,
} from "@reduxjs/toolkit/query/react";

import { commandIds } from "@/lib/command-ids";
import { problemOf } from "@/lib/problem";

/** The server no longer knows who we are; the app asks again and shows the log-in. */
export const loginLost = createAction("accounts/loginLost");

const request = fetchBaseQuery({
  // Absolute, because the tests' fetch knows no page; always the page's own origin.
  baseUrl: new URL("/api/v1", location.origin).href,
  credentials: "same-origin",
  timeout: 20_000,
  prepareHeaders: (headers) => headers.set("x-smartmart", "1"),
  responseHandler: "content-type",
  // Answers are application/json, problems application/problem+json.
  isJsonContentType: (headers) => /^application\/(\w+\+)?json\b/.test(headers.get("content-type") ?? ""),
});

const query: BaseQueryFn<string | FetchArgs, unknown, FetchBaseQueryError> = async (args, api, extra) => {
  const answer = await (api.type === "mutation" ? change(args, api, extra) : request(args, api, extra));
  // Asking who we are may well be answered with "nobody"; anything else means that the log-in has ended.
  if (problemOf(answer.error)?.code === "not_authenticated" && !ASKS_WHO.has(api.endpoint)) api.dispatch(loginLost());
  return answer;
};

/** A change carries an id; the same change after a lost answer carries the same one, and happens once. */
const change: typeof request = async (args, api, extra) => {
  const plain = typeof args === "string" ? { url: args } : args;
  const { id, settled, unanswered } = commandIds.of(plain);
  const answer = await request({ ...plain, headers: withId(plain.headers, id) }, api, extra);
  const status = answer.error?.status;
  // Without an answer, or with a proxy's or a failed server's, nobody can tell whether it was carried out.
  if (typeof status !== "string" && (status === undefined || status < 500)) settled();
  else unanswered();
  return answer;
};

function withId(headers: FetchArgs["headers"], id: string) {
  const all = new Headers(headers as HeadersInit | undefined);
  all.set("idempotency-key", id);
  return all;
}

const ASKS_WHO = new Set(["getShopper", "getAdmin", "getDevice"]);

const TAGS = [
  "Me",
  "Store",
  "Consent",
  "Code",
  "Visit",
  "Orders",
  "Order",
  "Disputes",
  "Dispute",
  "Floor",
  "Activity",
  "Session",
  "Reviews",
  "Products",
  "Planogram",
  "Stock",
  "Devices",
  "Shoppers",
  "Mailbox",
  "SetAside",
  "Staff",
  "StoreSettings",
  "Room",
] as const;

/** What sockets report. After a time without them all of it is asked for again. */
export const LIVE_TAGS = [
  "Code",
  "Visit",
  "Orders",
  "Order",
  "Disputes",
  "Dispute",
  "Floor",
  "Activity",
  "Session",
  "Reviews",
  "Stock",
  "Devices",
  "Mailbox",
  "SetAside",
  "Shoppers",
  "Room",
] as const;

export const baseApi = createApi({
  reducerPath: "api",
  baseQuery: query,
  tagTypes: TAGS,
  keepUnusedDataFor: 30,
  endpoints: () => ({}),
});

/** Somebody logged in or out: nothing of the last one's is left. */
export const forgetAll = () => {
  commandIds.forgetAll();
  return baseApi.util.resetApiState();
};
