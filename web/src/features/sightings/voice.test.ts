import { beforeEach, expect, test, vi } from "vitest";
import { rememberMuted, Voice, wasMuted } from "@/features/sightings/voice";

const spoken: string[] = [];

beforeEach(() => {
  spoken.length = 0;
  vi.stubGlobal("speechSynthesis", {
    speak: ({ text }: { text: string }) => spoken.push(text),
    cancel: () => undefined,
  });
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      text: string;
      constructor(text: string) {
        this.text = text;
      }
    },
  );
  return () => vi.unstubAllGlobals();
});

test("a sentence is said once, though the outcome comes again and again", () => {
  const voice = new Voice();
  voice.say("Welcome, Anna!", 0);
  voice.say("Welcome, Anna!", 500);
  voice.say("Welcome, Ben!", 1000);
  voice.say("Welcome, Anna!", 60_000);
  expect(spoken).toEqual(["Welcome, Anna!", "Welcome, Ben!", "Welcome, Anna!"]);
});

test("a browser without a voice is no fault", () => {
  vi.unstubAllGlobals();
  expect(() => new Voice().say("Welcome!", 0)).not.toThrow();
});

test("the mute switch is remembered on this device", () => {
  expect(wasMuted()).toBe(false);
  rememberMuted(true);
  expect(wasMuted()).toBe(true);
});
