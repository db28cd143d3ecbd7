import { waitFor } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { shopperAccountApi } from "@/features/accounts/shopper-account-api";
import { shopperOrdersApi } from "@/features/orders/shopper-orders-api";
import { itemsOf } from "@/lib/paging";
import { visitApi } from "@/features/visits/visit-api";
import { floorApi } from "@/features/visits/floor-api";
import { selectConnection } from "@/lib/connection-slice";
import type { AdminLive, CurrentVisit, FloorVisit, OrderSummary } from "@/lib/generated/protocol";
import { closeSocket, openSocket } from "@/lib/socket";
import { FakeSocket } from "@/testing/fake-socket";
import { newStore } from "@/testing/render-app";
import { sampleFloor, visitWith } from "@/testing/samples";
import { answers, onePage, refusal, server } from "@/testing/server";
import { http } from "msw";

let socket: FakeSocket;
vi.mock("socket.io-client", () => ({ io: () => socket }));

function openShop() {
  const store = newStore();
  openSocket("/shopper", store.dispatch);
  socket.hear("connect");
  return store;
}

beforeEach(() => {
  socket = new FakeSocket();
  return () => closeSocket(() => undefined as never);
});

const visitOf = (store: ReturnType<typeof newStore>) =>
  visitApi.endpoints.getCurrentVisit.select()(store.getState()).data;

test("a visit change shows without asking the server again", async () => {
  const answer: CurrentVisit = { visit: visitWith(1), seq: 5 };
  let asked = 0;
  answers("/me/visit", () => {
    asked += 1;
    return answer;
  });
  const store = openShop();
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate());
  socket.hear("live", { seq: 6, change: { kind: "visit", visit: visitWith(2) } });
  expect(visitOf(store)).toEqual({ visit: visitWith(2), seq: 6 });
  expect(asked).toBe(1);
});

test("a message older than the answer changes nothing", async () => {
  answers("/me/visit", () => ({ visit: visitWith(3), seq: 8 }));
  const store = openShop();
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate());
  socket.hear("live", { seq: 7, change: { kind: "visit", visit: visitWith(2) } });
  expect(visitOf(store)?.visit).toEqual(visitWith(3));
});

test("whoever is in the store again sees that visit, not the one before whose receipt waits", async () => {
  answers("/me/visit", () => ({ visit: visitWith(1), seq: 5 }));
  const store = openShop();
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate());
  const before = visitWith(3, { session_id: "visit-0", state: "settled", order_id: "order-0" });
  socket.hear("live", { seq: 6, change: { kind: "visit", visit: before } });
  expect(visitOf(store)).toEqual({ visit: visitWith(1), seq: 6 });
});

test("a message that overtakes the answer is not lost", async () => {
  answers("/me/visit", () => {
    // The answer is already made when the change happens.
    socket.hear("live", { seq: 6, change: { kind: "visit", visit: visitWith(2) } });
    return { visit: visitWith(1), seq: 5 };
  });
  const store = openShop();
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate());
  expect(visitOf(store)?.visit).toEqual(visitWith(2));
});

test("a message that overtakes a second answer is not taken back by it", async () => {
  let asked = 0;
  answers("/me/visit", () => {
    asked += 1;
    if (asked === 2) socket.hear("live", { seq: 6, change: { kind: "visit", visit: visitWith(2) } });
    return { visit: visitWith(1), seq: 5 };
  });
  const store = openShop();
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate());
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate(undefined, { forceRefetch: true }));
  expect(asked).toBe(2);
  expect(visitOf(store)?.visit).toEqual(visitWith(2));
});

test("after a reconnection the truth is asked for again", async () => {
  let now: CurrentVisit = { visit: visitWith(1), seq: 5 };
  answers("/me/visit", () => now);
  const store = openShop();
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate());

  socket.hear("disconnect", "transport close");
  expect(selectConnection(store.getState())).toBe("reconnecting");
  now = { visit: visitWith(4), seq: 9 };
  socket.hear("connect");
  expect(selectConnection(store.getState())).toBe("live");
  await waitFor(() => expect(visitOf(store)?.visit).toEqual(visitWith(4)));
});

test("a list does not miss what happens while it is on its way", async () => {
  answers("/me/orders", () => {
    socket.hear("live", { seq: 6, change: { kind: "order", order: ORDER } });
    return onePage([]);
  });
  const store = openShop();
  await store.dispatch(shopperOrdersApi.endpoints.getMyOrders.initiate());
  await waitFor(() => {
    const pages = shopperOrdersApi.endpoints.getMyOrders.select()(store.getState()).data;
    expect(pages && itemsOf(pages)).toEqual([ORDER]);
  });
});

test("an answer that says «log in» makes the app ask who is logged in", async () => {
  let asked = 0;
  answers("/me", () => {
    asked += 1;
    return {};
  });
  server.use(
    http.get("http://smartmart.test/api/v1/me/visit", () => refusal(401, "not_authenticated", "Please log in.")),
  );
  const store = openShop();
  await store.dispatch(shopperAccountApi.endpoints.getShopper.initiate());
  await store.dispatch(visitApi.endpoints.getCurrentVisit.initiate());
  await waitFor(() => expect(asked).toBe(2));
});

test("the server closing the connection is followed by another attempt", () => {
  vi.useFakeTimers();
  const store = openShop();
  socket.hear("disconnect", "io server disconnect");
  vi.advanceTimersByTime(3100);
  expect(socket.connect).toHaveBeenCalledOnce();
  expect(selectConnection(store.getState())).toBe("reconnecting");
  vi.useRealTimers();
});

test("a refused handshake asks who is logged in", async () => {
  let asked = 0;
  const store = openShop();
  server.use(
    http.get("http://smartmart.test/api/v1/me", () => {
      asked += 1;
      return refusal(401, "not_authenticated", "Please log in.");
    }),
  );
  await store.dispatch(shopperAccountApi.endpoints.getShopper.initiate());
  socket.hear("connect_error", new Error("not_authenticated"));
  await waitFor(() => expect(asked).toBe(2));
});

const ANNA: FloorVisit = { shopper_id: "anna", shopper_name: "Anna", visit: visitWith(1), doubted_at: null };
const ORDER: OrderSummary = {
  id: "order-1",
  number: "2026-000042",
  shopper_name: "Anna",
  placed_at: "2026-11-22T12:10:00+00:00",
  time_zone: "UTC",
  units: 1,
  total_minor: 249,
  currency: "EUR",
  dispute: null,
};
const settled: AdminLive = {
  seq: 12,
  change: { kind: "visit_settled", session_id: "visit-1", order: ORDER },
  activity: null,
};

test("a settled visit leaves the floor with its order, and is counted once", async () => {
  answers("/admin/floor", () => sampleFloor({ visits: [ANNA] }));
  const store = openShop();
  await store.dispatch(floorApi.endpoints.getFloor.initiate());
  socket.hear("live", settled);
  socket.hear("live", settled);
  const floor = floorApi.endpoints.getFloor.select()(store.getState()).data;
  expect(floor?.visits).toEqual([]);
  expect(floor?.departures).toEqual([{ visit: ANNA, order: ORDER }]);
  expect([floor?.orders_today, floor?.sales_today_minor]).toEqual([4, 1249]);
});

test("the floor follows walk-ins and carts, and keeps the newest activity first", async () => {
  answers("/admin/floor", () => sampleFloor());
  const store = openShop();
  await store.dispatch(floorApi.endpoints.getFloor.initiate());
  const entry = (seq: number, text: string) => ({
    seq,
    at: "2026-11-22T12:00:00Z",
    kind: "picked",
    text,
    session_id: "visit-1",
  });
  socket.hear("live", {
    seq: 11,
    change: { kind: "visit", visit: { ...ANNA, visit: visitWith(0) } },
    activity: entry(11, "in"),
  });
  socket.hear("live", {
    seq: 12,
    change: { kind: "visit", visit: { ...ANNA, visit: visitWith(2) } },
    activity: entry(12, "took"),
  });
  const floor = floorApi.endpoints.getFloor.select()(store.getState()).data;
  expect(floor?.visits).toEqual([{ ...ANNA, visit: visitWith(2) }]);
  expect(floor?.activity.map((one) => one.text)).toEqual(["took", "in"]);
});
