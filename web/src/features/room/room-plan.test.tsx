import { act, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { PeopleLive, PersonView, RoomPlanView, RoomView } from "@/lib/generated/protocol";
import { closeSocket, openSocket } from "@/lib/socket";
import { RoomPlan } from "@/features/room/room-plan";
import { FakeSocket } from "@/testing/fake-socket";
import { newStore, renderApp } from "@/testing/render-app";
import { peopleLive, person, samplePlan, sampleRoom, visitOf } from "@/testing/room-samples";
import { answers, refusal, server } from "@/testing/server";
import { http } from "msw";

let socket: FakeSocket;
vi.mock("socket.io-client", () => ({ io: () => socket }));

const VISITS = [visitOf("a", "Ada Lovelace"), visitOf("b", "Bob Ross")];
const ADA = person(1, [1.5, 3.1], { a: 0.97, b: 0.03 });

beforeEach(() => {
  socket = new FakeSocket();
});
afterEach(() => {
  vi.useRealTimers();
  closeSocket(() => undefined as never);
});

/** The plan as it stands on the monitor, with a socket that tells of people. */
async function show(room: RoomView = sampleRoom()) {
  let asked = 0;
  answers("/admin/room", () => {
    asked += 1;
    return room;
  });
  const store = newStore();
  openSocket("/admin", store.dispatch);
  socket.hear("connect");
  const view = renderApp(<RoomPlan visits={VISITS} />, store);
  await waitFor(() => expect(asked).toBe(1));
  if (room.plan) await screen.findByRole("heading", { name: "Floor plan" });
  return { ...view, asked: () => asked };
}

const hear = (people: PersonView[], changes: Partial<PeopleLive> = {}) =>
  act(async () => {
    socket.hear("people", peopleLive(people, changes));
    // Redux hands changes of caches on with the next frame; the one after it is drawn.
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    await new Promise((done) => setTimeout(done, 0));
  });
const dots = () => document.querySelectorAll(".plan-person");

test("without a plan nothing is drawn, not even a frame, whatever is told", async () => {
  const { container } = await show(sampleRoom(null));
  await hear([ADA], { cameras: [] });
  await new Promise((done) => setTimeout(done, 50));
  expect(container).toBeEmptyDOMElement();
});

test("a plan that cannot be had is said", async () => {
  server.use(
    http.get("http://smartmart.test/api/v1/admin/room", () => refusal(500, "internal", "Something went wrong.")),
  );
  renderApp(<RoomPlan visits={[]} />);
  expect(await screen.findByText("Something went wrong.")).toBeInTheDocument();
});

test("the plan shows gates, gondolas with their products, and cameras", async () => {
  const { container } = await show();
  const plan = within(screen.getByRole("group", { name: "Floor plan" }));
  for (const word of ["Entry", "Exit", "Bread", "Oat milk"]) expect(plan.getByText(word)).toBeInTheDocument();
  // A slot whose place is not known is nowhere.
  expect(plan.queryByText("Somewhere")).toBeNull();
  expect(container.querySelectorAll(".plan-camera")).toHaveLength(2);
  expect(screen.getByText("Nobody is seen")).toBeInTheDocument();
});

test("who is known by name leads to the visit, on the plan and in words", async () => {
  await show();
  await hear([{ ...ADA, hands_m: [[1.5, 3.5, 1]] }, person(2, [4, 0.6])]);
  expect(screen.getByText("2 people")).toBeInTheDocument();
  const dot = screen.getByRole("link", { name: "Ada Lovelace, before g1, 0.4 m from Bread" });
  expect(dot).toHaveAttribute("href", "/visits/a");
  expect(document.querySelectorAll(".plan-hand")).toHaveLength(1);
  expect(screen.getByRole("img", { name: "Somebody without a visit, at the exit" })).toBeInTheDocument();
  await userEvent.click(screen.getByText("Who stands where, in words"));
  const entries = screen.getAllByRole("listitem").map((entry) => entry.textContent);
  expect(entries).toEqual(["Ada Lovelace: before g1, 0.4 m from Bread", "Somebody without a visit: at the exit"]);
});

test("who is open has both names, and both visits can be gone to with the keyboard alone", async () => {
  await show();
  await hear([person(3, [2.5, 2], { a: 0.6, b: 0.4 })]);
  expect(screen.getByText("Ada or Bob")).toBeInTheDocument();
  const dot = screen.getByRole("button", { name: "Ada Lovelace or Bob Ross, 1.5 m from g1" });
  act(() => dot.focus());
  await userEvent.keyboard("{Enter}");
  expect(dot).toHaveAttribute("aria-expanded", "true");
  expect(screen.getByRole("link", { name: "Ada Lovelace" })).toHaveAttribute("href", "/visits/a");
  expect(screen.getByRole("link", { name: "Bob Ross" })).toHaveAttribute("href", "/visits/b");
  // As soon as it is clear, nothing is left of the question.
  await hear([person(3, [2.5, 2], { a: 1 })]);
  expect(screen.queryByText(/This may be/)).toBeNull();
  expect(screen.queryByText("Ada or Bob")).toBeNull();
});

test("places that are not told again fade and go, and then nothing on the page says them", async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["Date", "setInterval", "clearInterval"] });
  await show();
  await hear([ADA]);
  const wait = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
  await wait(1000);
  expect(screen.getByRole("link", { name: /^Ada Lovelace, before g1/ })).toBeInTheDocument();
  await wait(1700);
  expect(document.querySelector(".plan-people-fading")).not.toBeNull();
  expect(dots()).toHaveLength(1);
  expect(document.querySelector(".room a, .room [role=button]")).toBeNull();
  expect(screen.getByText(/^Nothing heard since/)).toBeInTheDocument();
  await wait(1500);
  expect(dots()).toHaveLength(0);
  expect(document.body).not.toHaveTextContent("Ada");
  await hear([ADA]);
  expect(screen.getByRole("link", { name: /^Ada Lovelace, before g1/ })).toBeInTheDocument();
});

test("a silent camera is named with the time of its last picture", async () => {
  await show();
  await hear([ADA], {
    cameras: [
      { name: "cam1", silent_ms: 61_000, trouble: null },
      { name: "cam2", silent_ms: null, trouble: null },
    ],
  });
  const list = screen.getByRole("list", { name: "Cameras without pictures" });
  expect(within(list).getByText(/^Camera cam1: no picture since \d/)).toBeInTheDocument();
  expect(within(list).getByText("Camera cam2: no picture yet")).toBeInTheDocument();
  await hear([ADA]);
  expect(screen.queryByRole("list", { name: "Cameras without pictures" })).toBeNull();
});

test("a camera whose pictures cannot be used is named with why", async () => {
  await show();
  await hear([ADA], { cameras: [{ name: "cam1", silent_ms: 20, trouble: "its pictures are 640 x 480" }] });
  const list = screen.getByRole("list", { name: "Cameras without pictures" });
  expect(within(list).getByText("Camera cam1: its pictures are 640 x 480")).toBeInTheDocument();
});

test("the last message, with nobody in it, empties the plan", async () => {
  await show();
  await hear([ADA]);
  expect(dots()).toHaveLength(1);
  await hear([]);
  expect(dots()).toHaveLength(0);
  expect(screen.getByText("Nobody is seen")).toBeInTheDocument();
});

test("cameras that the plan does not know make the page ask for it again, once", async () => {
  const { asked } = await show();
  const cameras = [{ name: "new", silent_ms: 1, trouble: null }];
  await hear([ADA], { cameras });
  await waitFor(() => expect(asked()).toBe(2));
  await hear([ADA], { cameras });
  await hear([ADA], { cameras });
  await new Promise((done) => setTimeout(done, 50));
  expect(asked()).toBe(2);
});

const crowd = Array.from({ length: 60 }, (_none, index) =>
  person(index, [0.3 + (index % 10) * 0.5, 0.3 + Math.floor(index / 10) * 0.6], { a: 0.5, b: 0.5 }),
);
const EMPTY: RoomPlanView = { cameras: [], gates: [], gondolas: [] };
test.each([
  ["sixty people", samplePlan(), crowd, 60],
  ["one gate only", { ...EMPTY, gates: [{ centre_m: [1, 1], radius_m: 0.5, way: "both" }] }, [ADA], 1],
  [
    "everything at one place",
    samplePlan({ gondolas: [{ zone: "g1", from_m: [1, 1], to_m: [1, 1], height_m: null }] }),
    [ADA, ADA],
    2,
  ],
  ["an empty plan", EMPTY, [ADA], 1],
  [
    "a place that is none",
    samplePlan(),
    [person(1, [null as never, 1]), { ...ADA, hands_m: [[null as never, 1, 1]] }],
    1,
  ],
] as [string, RoomPlanView, PersonView[], number][])(
  "the drawing of %s holds only numbers",
  async (_name, plan, people, drawn) => {
    const { container } = await show(sampleRoom(plan));
    await hear(people.map((one, track) => ({ ...one, track })));
    expect(dots()).toHaveLength(drawn);
    // Nobody's hand in these is at a place.
    expect(container.querySelectorAll(".plan-hand")).toHaveLength(0);
    expect(container.querySelector(".plan")?.outerHTML).not.toMatch(/NaN|Infinity|undefined|null/);
  },
);
