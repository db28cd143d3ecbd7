import { expect, test } from "vitest";
import { commandIds } from "@/lib/command-ids";

const accept = { url: "/admin/disputes/1/accept", method: "POST", body: { answer: "" } };

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
