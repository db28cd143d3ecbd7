// When a kiosk sends a frame: only while awake, one at a time, always the newest, and not too often.
import type { DeviceClock, FrameMeta, LookAck } from "@/lib/generated/protocol";

/** How long it stays awake after the last motion or face. */
export const AWAKE_MS = 4000;
/** At most five frames a second. */
export const PACE_MS = 200;

export type FrameLoopParts = {
  /** Whether something moved since the last question. */
  moved: () => boolean;
  /** The picture as it is now; none while the camera warms up. */
  capture: () => Promise<ArrayBuffer | null>;
  /** Sends it; ends with the acknowledgement, or fails when none came in time. */
  send: (meta: FrameMeta, jpeg: ArrayBuffer) => Promise<LookAck>;
  onAck: (ack: LookAck) => void;
  onNoAck: () => void;
  onAwake: (awake: boolean) => void;
  now: () => number;
  /** What is known of that clock. */
  clock: () => DeviceClock | undefined;
  newId: () => string;
};

export class FrameLoop {
  private awakeUntil = 0;
  private awake = false;
  private inFlight = false;
  private lastSentAt = Number.NEGATIVE_INFINITY;
  private stopped = false;
  private readonly parts: FrameLoopParts;

  constructor(parts: FrameLoopParts) {
    this.parts = parts;
  }

  /** To be called about ten times a second. A frame that cannot go now is not kept for later. */
  tick(): void {
    const now = this.parts.now();
    if (this.parts.moved()) this.awakeUntil = now + AWAKE_MS;
    this.setAwake(now < this.awakeUntil);
    if (this.stopped || !this.awake || this.inFlight || now - this.lastSentAt < PACE_MS) return;
    this.inFlight = true;
    this.lastSentAt = now;
    void this.look();
  }

  /** No further frame is sent, and late acknowledgements are dropped. */
  stop(): void {
    this.stopped = true;
  }

  private async look(): Promise<void> {
    const capturedAt = new Date(this.parts.now()).toISOString();
    try {
      const jpeg = await this.parts.capture();
      if (!jpeg || this.stopped) return;
      const sentAt = new Date(this.parts.now()).toISOString();
      const meta = { id: this.parts.newId(), captured_at: capturedAt, sent_at: sentAt, clock: this.parts.clock() };
      const ack = await this.parts.send(meta, jpeg);
      if (this.stopped) return;
      if (ack.status === "seen" && ack.faces > 0) this.awakeUntil = this.parts.now() + AWAKE_MS;
      this.parts.onAck(ack);
    } catch {
      if (!this.stopped) this.parts.onNoAck();
    } finally {
      this.inFlight = false;
    }
  }

  private setAwake(awake: boolean): void {
    if (awake === this.awake) return;
    this.awake = awake;
    this.parts.onAwake(awake);
  }
}
