// @vitest-environment node
import { expect, test } from "vitest";
import { namesOf, whoIs } from "@/features/room/who";
import { person, visitOf } from "@/testing/room-samples";

const names = namesOf([visitOf("a", "Ada Lovelace"), visitOf("b", "Bob Ross"), visitOf("c", "Cleo")]);

test.each([
  ["one visit is likely", { a: 0.97, b: 0.03 }, "sure", "Ada", "Ada Lovelace", ["AL"]],
  ["as likely as is needed", { a: 0.9, b: 0.1 }, "sure", "Ada", "Ada Lovelace", ["AL"]],
  ["not likely enough", { a: 0.89, b: 0.11 }, "open", "Ada or Bob", "Ada Lovelace or Bob Ross", ["A", "B"]],
  ["perhaps nobody's", { b: 0.6 }, "open", "Bob?", "Perhaps Bob Ross", ["B?"]],
  ["what is hardly possible is not named", { b: 0.6, a: 0.01 }, "open", "Bob?", "Perhaps Bob Ross", ["B?"]],
  [
    "one of three",
    { c: 0.4, a: 0.3, b: 0.3 },
    "open",
    "Cleo, Ada or another",
    "Cleo, Ada Lovelace or another",
    ["C", "A"],
  ],
  [
    "one of four",
    { c: 0.4, a: 0.2, b: 0.2, d: 0.2 },
    "open",
    "Cleo, Ada or others",
    "Cleo, Ada Lovelace or others",
    ["C", "A"],
  ],
  ["nobody's", {}, "nobody", "", "Somebody without a visit", ["?"]],
  ["a visit that the floor does not know", { z: 1 }, "sure", "Shopper", "A shopper", ["•"]],
  ["nothing is possible", { a: 0.01, b: 0.01, c: 0.01 }, "open", "Ada or Bob", "Ada Lovelace or Bob Ross", ["A", "B"]],
] as const)("%s", (_name, who, kind, label, words, signs) => {
  expect(whoIs(person(1, [0, 0], who), names)).toMatchObject({ kind, label, words, signs });
});

test("every visit that is named can be gone to", () => {
  const { candidates } = whoIs(person(1, [0, 0], { a: 0.5, b: 0.3, c: 0.2 }), names);
  expect(candidates.map((one) => [one.sessionId, one.name])).toEqual([
    ["a", "Ada Lovelace"],
    ["b", "Bob Ross"],
    ["c", "Cleo"],
  ]);
});

test("first names stand alone only where they tell visits apart, and long ones are cut", () => {
  const short = (...all: string[]) =>
    [...namesOf(all.map((name, index) => visitOf(`v${index}`, name))).values()].map((one) => one.short);
  expect(short("Ada Lovelace", "ada Byron", "Bob Ross")).toEqual(["Ada L.", "ada B.", "Bob"]);
  expect(short("Ada Lovelace", "Ada Lund")).toEqual(["Ada Lovelace", "Ada Lund"]);
  expect(short("Ada", "Ada Lund")).toEqual(["Ada", "Ada L."]);
  expect(short("Wolfeschlegelsteinhausen Senior")).toEqual(["Wolfeschlegel…"]);
  expect(short("", "  ")).toEqual(["", ""]);
});
