// A hand scanner types like a keyboard: quick characters, then Enter.

/** A scanner types far faster than this; a person who pauses longer starts anew. */
const PAUSE_MS = 1500;
/** Shorter than any code of ours. */
const SHORTEST = 4;

export class CodeWedge {
  private typed = "";
  private lastAt = 0;

  /** Takes one key; gives the code at Enter. */
  key(key: string, now: number): string | null {
    if (now - this.lastAt > PAUSE_MS) this.typed = "";
    this.lastAt = now;
    if (key === "Enter") {
      const code = this.typed;
      this.typed = "";
      return code.length >= SHORTEST ? code : null;
    }
    if ([...key].length === 1) this.typed += key;
    return null;
  }
}
