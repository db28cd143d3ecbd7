// @vitest-environment node
import { describe, expect, test } from "vitest";
import { CodeWedge } from "@/features/sightings/code-wedge";
import { gateReducer, outcomeSeen, timePassed } from "@/features/sightings/gate-slice";
import type { GateOutcome } from "@/lib/generated/protocol";

const welcome: GateOutcome = { kind: "welcome", name: "Anna" };
const again: GateOutcome = { kind: "already_inside", name: "Anna" };
const nobody: GateOutcome = { kind: "no_face" };
const looking: GateOutcome = { kind: "keep_looking", votes: 1, needed: 3 };
const code: GateOutcome = { kind: "code_needed", hint: "Please hold up the QR code in your app as well" };
const ben: GateOutcome = { kind: "welcome", name: "Ben" };

/** What the screen shows after outcomes at these seconds. */
function shown(seen: [number, GateOutcome][]) {
  const fresh = gateReducer(undefined, timePassed(0));
  return seen.reduce(
    (state, [second, outcome]) => gateReducer(state, outcomeSeen({ outcome, at: second * 1000 })),
    fresh,
  ).shown;
}

describe("what a kiosk shows", () => {
  const cases: [string, [number, GateOutcome][], GateOutcome | null][] = [
    [
      "a greeting stays although the person has walked on",
      [
        [0, welcome],
        [1, nobody],
      ],
      welcome,
    ],
    [
      "a greeting is not followed by «already inside» for the same person",
      [
        [0, welcome],
        [1, again],
        [3, again],
      ],
      welcome,
    ],
    [
      "the next person is greeted at once",
      [
        [0, welcome],
        [1, ben],
      ],
      ben,
    ],
    [
      "an old greeting gives way",
      [
        [0, welcome],
        [6, nobody],
      ],
      null,
    ],
    ["somebody inside for long is told so", [[0, again]], again],
    [
      "who is asked for the code goes on being asked while the camera looks on",
      [
        [0, looking],
        [0.2, code],
        [0.4, looking],
        [3, looking],
      ],
      code,
    ],
    [
      "the code that was asked for opens at once",
      [
        [0, code],
        [1, welcome],
      ],
      welcome,
    ],
    [
      "progress is shown as it comes",
      [
        [0, looking],
        [0.2, { ...looking, votes: 2 }],
      ],
      { ...looking, votes: 2 },
    ],
    [
      "each step of a turn is shown as it comes",
      [
        [0, looking],
        [0.2, { kind: "turn_head", prompt: "look_straight", attempt: 1 }],
        [0.4, { kind: "turn_head", prompt: "to_the_left", attempt: 1 }],
      ],
      { kind: "turn_head", prompt: "to_the_left", attempt: 1 },
    ],
    [
      "the next step of a turn waits for a greeting to be read",
      [
        [0, welcome],
        [1, { kind: "turn_head", prompt: "look_straight", attempt: 1 }],
      ],
      welcome,
    ],
    [
      "a hint does not flicker away",
      [
        [0, { kind: "poor_face", hint: "Come closer." }],
        [0.2, nobody],
      ],
      { kind: "poor_face", hint: "Come closer." },
    ],
  ];
  test.each(cases)("%s", (_what, seen, expected) => {
    expect(shown(seen)).toEqual(expected);
  });

  test("silence clears the screen in the end", () => {
    const greeted = gateReducer(undefined, outcomeSeen({ outcome: welcome, at: 0 }));
    expect(gateReducer(greeted, timePassed(2000)).shown).toEqual(welcome);
    expect(gateReducer(greeted, timePassed(6000)).shown).toBeNull();
  });
});

describe("a hand scanner", () => {
  const type = (wedge: CodeWedge, text: string, from = 0) => [...text].map((key, i) => wedge.key(key, from + i * 5));

  test("gives the code at Enter, and starts anew", () => {
    const wedge = new CodeWedge();
    type(wedge, "SM1.abc-D");
    expect(wedge.key("Shift", 46)).toBeNull();
    expect(wedge.key("Enter", 50)).toBe("SM1.abc-D");
    expect(wedge.key("Enter", 60)).toBeNull();
  });

  test("does not join keys that somebody pressed long before", () => {
    const wedge = new CodeWedge();
    type(wedge, "xyz");
    type(wedge, "SM1.abc", 5000);
    expect(wedge.key("Enter", 5040)).toBe("SM1.abc");
  });
});
