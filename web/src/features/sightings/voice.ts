// The kiosk's voice.

/** The same sentence is not said again within this time, even if something else came between. */
const AGAIN_MS = 8000;
const MUTED_KEY = "smartmart.kiosk.muted";

export class Voice {
  private last = { sentence: "", at: Number.NEGATIVE_INFINITY };

  say(sentence: string, now: number): void {
    if (!("speechSynthesis" in globalThis)) return;
    if (sentence === this.last.sentence && now - this.last.at < AGAIN_MS) return;
    this.last = { sentence, at: now };
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.lang = "en";
    // Whoever stands there now is spoken to, not the one before.
    speechSynthesis.cancel();
    speechSynthesis.speak(utterance);
  }

  hush(): void {
    if ("speechSynthesis" in globalThis) speechSynthesis.cancel();
  }
}

/** Whether this kiosk was muted; remembered on the device. */
export function wasMuted(): boolean {
  return localStorage.getItem(MUTED_KEY) === "yes";
}

export function rememberMuted(muted: boolean): void {
  localStorage.setItem(MUTED_KEY, muted ? "yes" : "no");
}
