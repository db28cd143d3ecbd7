import { act, screen } from "@testing-library/react";
import { beforeEach, expect, test, vi } from "vitest";
import { MonitorPage } from "@/apps/admin/pages/monitor-page";
import { closeSocket, openSocket } from "@/lib/socket";
import { FakeSocket } from "@/testing/fake-socket";
import { newStore, renderApp } from "@/testing/render-app";
import { peopleLive, person, sampleRoom, visitOf } from "@/testing/room-samples";
import { sampleFloor } from "@/testing/samples";
import { answers, onePage } from "@/testing/server";

let socket: FakeSocket;
vi.mock("socket.io-client", () => ({ io: () => socket }));

beforeEach(() => {
  socket = new FakeSocket();
  answers("/admin/floor", () => sampleFloor({ visits: [visitOf("a", "Ada Lovelace")] }));
  answers("/admin/stock", () => onePage([]));
  return () => closeSocket(() => undefined as never);
});

test("a store without room cameras has its cards, and no plan", async () => {
  let asked = false;
  answers("/admin/room", () => {
    asked = true;
    return sampleRoom(null);
  });
  renderApp(<MonitorPage />);
  expect(await screen.findByRole("link", { name: /Ada Lovelace/ })).toBeInTheDocument();
  await vi.waitFor(() => expect(asked).toBe(true));
  expect(screen.queryByRole("heading", { name: "Floor plan" })).toBeNull();
  expect(screen.getByRole("region", { name: "In the store" }).parentElement?.children).toHaveLength(1);
});

test("the plan knows names, also of whoever has just left", async () => {
  answers("/admin/room", () => sampleRoom());
  const store = newStore();
  openSocket("/admin", store.dispatch);
  socket.hear("connect");
  renderApp(<MonitorPage />, store);
  await screen.findByRole("heading", { name: "Floor plan" });
  await act(async () => {
    socket.hear("live", { seq: 11, change: { kind: "visit_settled", session_id: "a", order: null }, activity: null });
    socket.hear("people", peopleLive([person(1, [4, 0.5], { a: 1 })]));
  });
  expect(await screen.findByRole("link", { name: "Ada Lovelace, at the exit" })).toHaveAttribute("href", "/visits/a");
});
