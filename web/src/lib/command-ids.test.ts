import { afterEach, expect, test, vi } from "vitest";
import { commandIds } from "@/lib/command-ids";

const accept = { url: "/admin/disputes/1/accept", method: "POST", body: { answer: "" } };

afterEach(() => {
  commandIds.forgetAll();
  vi.useRealTimers();
});

test("a change whose answer was lost keeps its id, and a settled one gets a new one", () => {
  const first = commandIds.of(accept);
  const again = commandIds.of({ ...accept });
  expect(again.id).toBe(first.id);
  again.settled();
  expect(commandIds.of(accept).id).not.toBe(first.id);
});

test("another change has another id", () => {
  const first = commandIds.of({ ...accept, url: "/admin/disputes/2/accept" });
  const other = commandIds.of({ ...accept, url: "/admin/disputes/2/accept", body: { answer: "sorry" } });
  expect(other.id).not.toBe(first.id);
});

test("files are sent anew each time", () => {
  const file = { url: "/import", method: "POST", body: new Blob(["a"]) };
  expect(commandIds.of(file).id).not.toBe(commandIds.of(file).id);
});

test("what is wanted again later, after something else was done, or by somebody else is wanted anew", () => {
  vi.useFakeTimers();
  const begin = { url: "/admin/zones/g1/restocking", method: "PUT", body: { on: true } };
  const first = commandIds.of(begin);
  vi.advanceTimersByTime(59_000);
  expect(commandIds.of(begin).id).toBe(first.id);
  vi.advanceTimersByTime(61_000);
  const later = commandIds.of(begin);
  expect(later.id).not.toBe(first.id);
  later.unanswered();
  commandIds.of({ ...begin, body: { on: false } }).settled();
  const afterwards = commandIds.of(begin);
  expect(afterwards.id).not.toBe(later.id);
  commandIds.forgetAll();
  expect(commandIds.of(begin).id).not.toBe(afterwards.id);
});

test("another new thing of a collection, and a change that is still on its way, leave an id as it is", () => {
  const invite = (name: string) => ({ url: "/admin/devices", method: "POST", body: { name } });
  const first = commandIds.of(invite("A"));
  first.unanswered();
  commandIds.of(invite("B")).settled();
  expect(commandIds.of(invite("A")).id).toBe(first.id);
  const count = (units: number) => ({ url: "/admin/stock/s1", method: "PUT", body: { units } });
  const onItsWay = commandIds.of(count(5));
  commandIds.of(count(6)).settled();
  expect(commandIds.of(count(5)).id).toBe(onItsWay.id);
});
