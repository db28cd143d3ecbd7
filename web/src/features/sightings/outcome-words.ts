// What the kiosk says to the person before it.
import type { DeviceRole, GateOutcome, TurnPrompt } from "@/lib/generated/protocol";

export type Tone = "calm" | "busy" | "good" | "ask";
export type Words = { headline: string; advice: string; tone: Tone; spoken: string | null };

const IDLE: Record<"entry" | "exit", Words> = {
  entry: {
    headline: "Look at the camera",
    advice: "Or hold up the QR code on your phone.",
    tone: "calm",
    spoken: null,
  },
  exit: {
    headline: "Done shopping?",
    advice: "Look at the camera on your way out, or hold up your QR code.",
    tone: "calm",
    spoken: null,
  },
};

/** Said while the camera does not work: a hand scanner still does. */
export const WITHOUT_CAMERA: Words = {
  headline: "Please ask our staff",
  advice: "The camera is not working. If there is a hand scanner, it still reads your QR code.",
  tone: "ask",
  spoken: null,
};

export function wordsFor(outcome: GateOutcome | null, role: DeviceRole): Words {
  const idle = role === "exit" ? IDLE.exit : IDLE.entry;
  if (!outcome) return idle;
  switch (outcome.kind) {
    case "no_face":
    case "noted":
      return idle;
    case "poor_face":
      return { headline: "Almost", advice: outcome.hint, tone: "busy", spoken: outcome.hint };
    case "keep_looking":
      return { headline: "Keep looking", advice: "One moment, please.", tone: "busy", spoken: null };
    case "welcome":
      return said(
        `Welcome, ${outcome.name}!`,
        "Take what you like and just walk out.",
        "good",
        `Welcome, ${outcome.name}!`,
      );
    case "already_inside":
      return said(
        `Hello again, ${outcome.name}`,
        "You are already in the store.",
        "good",
        `Hello again, ${outcome.name}.`,
      );
    case "goodbye":
      return said(
        `Goodbye, ${outcome.name}!`,
        "Thank you. Your receipt comes by mail.",
        "good",
        `Goodbye, ${outcome.name}! Your receipt comes by mail.`,
      );
    case "not_inside":
      return said(
        `Hello, ${outcome.name}`,
        "We did not see you come in. If you took something, please tell our staff.",
        "ask",
        `Hello, ${outcome.name}. We did not see you come in.`,
      );
    case "not_recognised":
      return said(
        "We do not know you yet",
        "Use the QR code in your phone.",
        "ask",
        "We do not know you. Please use the QR code in your phone.",
      );
    case "restocking":
      return outcome.on
        ? said("You refill this shelf", "What is moved here bills nobody.", "good", "You refill this shelf.")
        : said("Done refilling", "Shoppers are billed here again.", "good", "Done refilling.");
    case "turn_head":
      return turnWords(outcome.prompt, outcome.attempt);
    case "code_needed":
      return said("Your code, please", outcome.hint, "ask", outcome.hint);
    case "code_refused":
      return said("This code does not work", outcome.hint, "ask", `This code does not work. ${outcome.hint}`);
  }
}

/** The sides are those of the person, who sees a mirror. */
function turnWords(prompt: TurnPrompt, attempt: number): Words {
  switch (prompt) {
    case "look_straight":
      return attempt === 1
        ? said("Look at the camera", "Straight ahead, for a moment.", "busy", "Please look at the camera.")
        : said("Once more, please", "Look straight at the camera.", "busy", "Once more, please. Look at the camera.");
    case "to_the_left":
      return said(
        "Turn your head to your left",
        "Only a little, and slowly.",
        "busy",
        "Turn your head a little to your left.",
      );
    case "to_the_right":
      return said(
        "Turn your head to your right",
        "Only a little, and slowly.",
        "busy",
        "Turn your head a little to your right.",
      );
    case "hold_still":
      return said("Hold still", "Stay just like that.", "busy", "Hold still.");
  }
}

function said(headline: string, advice: string, tone: Tone, spoken: string): Words {
  return { headline, advice, tone, spoken };
}
