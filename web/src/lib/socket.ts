// The one socket of a page: opening, reconnecting, and handing its messages to whoever keeps a cache.
import type { Dispatch, UnknownAction } from "@reduxjs/toolkit";
import { io, type Socket } from "socket.io-client";
import { baseApi, LIVE_TAGS, loginLost } from "@/lib/base-api";
import { socketClosed, socketConnected, socketLost, socketOpened } from "@/lib/connection-slice";
import type { AdminLive, PeopleLive, Refusal, ShopperLive } from "@/lib/generated/protocol";

export type Namespace = "/shopper" | "/admin" | "/device";
type Live = ShopperLive | AdminLive;

/** How long to wait where Socket.IO does not try again by itself. */
const RETRY_MS = 3000;
/** Enough messages to cover the time that one answer over HTTP takes. */
const REMEMBERED = 100;

let socket: Socket | null = null;
let retry: ReturnType<typeof setTimeout> | undefined;
let recent: Live[] = [];
const listeners = new Set<(message: Live) => void>();
const peopleListeners = new Set<(people: PeopleLive) => void>();

/** Opens the socket; the browser sends its cookie by itself. Opening it again replaces it. */
export function openSocket(namespace: Namespace, dispatch: Dispatch<UnknownAction>): Socket {
  closeSocket(dispatch);
  const opened = io(namespace, { transports: ["websocket", "polling"], reconnectionDelayMax: 2000, forceNew: true });
  let wasConnected = false;
  socket = opened;
  dispatch(socketOpened());

  const tryAgainLater = () => {
    clearTimeout(retry);
    retry = setTimeout(() => opened.connect(), RETRY_MS);
  };
  opened.on("connect", () => {
    clearTimeout(retry);
    dispatch(socketConnected());
    // Sockets carry hints only: what happened while we were away is asked for.
    if (wasConnected) dispatch(baseApi.util.invalidateTags([...LIVE_TAGS]));
    wasConnected = true;
  });
  opened.on("disconnect", (reason) => {
    if (reason === "io client disconnect") return;
    dispatch(socketLost());
    if (reason === "io server disconnect") tryAgainLater();
  });
  opened.on("connect_error", (error) => {
    dispatch(socketLost());
    const refusal: Refusal = "not_authenticated";
    if (error.message === refusal) dispatch(loginLost());
    else if (!opened.active) tryAgainLater();
  });
  opened.on("live", (message: Live) => {
    recent = [...recent.slice(1 - REMEMBERED), message];
    for (const listener of listeners) listener(message);
  });
  opened.on("people", (people: PeopleLive) => {
    for (const listener of peopleListeners) listener(people);
  });
  return opened;
}

/** Closes the socket: logging out, leaving the page. */
export function closeSocket(dispatch: Dispatch<UnknownAction>): void {
  clearTimeout(retry);
  recent = [];
  if (!socket) return;
  socket.disconnect();
  socket.removeAllListeners();
  socket = null;
  dispatch(socketClosed());
}

/** Calls back at each live message; returns how to stop. */
function onLive<Message extends Live>(listener: (message: Message) => void): () => void {
  // The namespace decides which of the two the server sends.
  const own = listener as (message: Live) => void;
  listeners.add(own);
  return () => listeners.delete(own);
}

/**
 * Calls back each time that admins are told where people stand; returns how to stop. Such a message is true for a moment:
 * none is remembered for whoever begins to listen later.
 */
export function onPeople(listener: (people: PeopleLive) => void): () => void {
  peopleListeners.add(listener);
  return () => peopleListeners.delete(listener);
}

type CacheEntry = {
  getCacheEntry: () => { data?: unknown };
  cacheDataLoaded: Promise<unknown>;
  cacheEntryRemoved: Promise<void>;
};

/**
 * For `onCacheEntryAdded`: calls back at each live message as long as the entry is kept. Messages that come before its
 * first answer wait for it.
 */
export async function whileCached<Message extends Live>(
  entry: CacheEntry,
  callback: (message: Message) => void,
): Promise<void> {
  let waiting: Message[] = [];
  const stop = onLive<Message>((message) => {
    if (entry.getCacheEntry().data === undefined) waiting.push(message);
    else callback(message);
  });
  const loaded = entry.cacheDataLoaded.then(
    () => {
      waiting.forEach(callback);
      waiting = [];
    },
    // The entry was dropped before any answer came.
    () => undefined,
  );
  await Promise.all([loaded, entry.cacheEntryRemoved]);
  stop();
}

/**
 * An answer over HTTP can be older than the messages that came while it was on its way. This brings it up to date, so
 * that a refetch never takes back what a message has already shown.
 */
export function caughtUp<Message extends Live, Answer extends { seq: number }>(
  answer: Answer,
  apply: (answer: Answer, message: Message) => void,
): Answer {
  const copy = structuredClone(answer);
  for (const message of recent) if (message.seq > answer.seq) apply(copy, message as Message);
  return copy;
}
