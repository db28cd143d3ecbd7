// The one API of RTK Query. Features inject their endpoints; server data lives nowhere else.
import { createAction } from "@reduxjs/toolkit";
import {
  createApi,
  fetchBaseQuery,
  type BaseQueryFn,
  type FetchArgs,
  type FetchBaseQueryError,
} from "@reduxjs/toolkit/query/react";

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
  const answer = await request(args, api, extra);
  // Asking who we are may well be answered with "nobody"; anything else means that the log-in has ended.
  if (problemOf(answer.error)?.code === "not_authenticated" && !ASKS_WHO.has(api.endpoint)) api.dispatch(loginLost());
  return answer;
};

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
  "Session",
  "Reviews",
  "Products",
  "Planogram",
  "Stock",
  "Devices",
  "Shoppers",
  "Mailbox",
  "Staff",
  "StoreSettings",
] as const;

/** What sockets report. After a time without them all of it is asked for again. */
export const LIVE_TAGS = [
  "Visit",
  "Orders",
  "Order",
  "Disputes",
  "Dispute",
  "Floor",
  "Session",
  "Reviews",
  "Stock",
  "Devices",
  "Mailbox",
  "Shoppers",
] as const;

export const baseApi = createApi({
  reducerPath: "api",
  baseQuery: query,
  tagTypes: TAGS,
  keepUnusedDataFor: 30,
  endpoints: () => ({}),
});
