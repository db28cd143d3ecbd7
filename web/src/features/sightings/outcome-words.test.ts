// @vitest-environment node
import { expect, test } from "vitest";
import { wordsFor } from "@/features/sightings/outcome-words";
import type { TurnPrompt } from "@/lib/generated/protocol";

const words = (prompt: TurnPrompt, attempt = 1) => wordsFor({ kind: "turn_head", prompt, attempt }, "entry");

test("the side is the person's own, in writing and in speech", () => {
  for (const [prompt, side, other] of [
    ["to_the_left", "left", "right"],
    ["to_the_right", "right", "left"],
  ] as const) {
    const { headline, spoken } = words(prompt);
    expect(headline).toBe(`Turn your head to your ${side}`);
    expect(spoken).toContain(`to your ${side}`);
    expect(`${headline} ${spoken}`).not.toContain(other);
  }
});

test("a second try says so", () => {
  expect(words("look_straight").headline).toBe("Look at the camera");
  expect(words("look_straight", 2).headline).toBe("Once more, please");
  expect(words("hold_still", 2).headline).toBe("Hold still");
});
