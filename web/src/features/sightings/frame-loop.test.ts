// @vitest-environment node
import { beforeEach, expect, test, vi } from "vitest";
import { AWAKE_MS, FrameLoop, PACE_MS, type FrameLoopParts } from "@/features/sightings/frame-loop";
import { MotionSense } from "@/features/sightings/motion";
import type { LookAck } from "@/lib/generated/protocol";

const NOBODY: LookAck = { status: "seen", faces: 0, outcome: { kind: "no_face" } };
const SOMEBODY: LookAck = { status: "seen", faces: 1, outcome: { kind: "keep_looking", votes: 1, needed: 3 } };

/** A kiosk whose clock, camera and server the test plays. */
class Kiosk {
  now = 1_000_000;
  moving = true;
  picture = 0;
  sent: number[] = [];
  answer: ((ack: LookAck) => void) | null = null;
  fail: ((reason: Error) => void) | null = null;
  acks: LookAck[] = [];
  unanswered = 0;
  awake: boolean[] = [];
  loop: FrameLoop;

  constructor() {
    const parts: FrameLoopParts = {
      moved: () => this.moving,
      capture: async () => new Uint8Array([this.picture]).buffer,
      send: (_meta, jpeg) => {
        this.sent.push(new Uint8Array(jpeg)[0] ?? -1);
        return new Promise((resolve, reject) => {
          this.answer = resolve;
          this.fail = reject;
        });
      },
      onAck: (ack) => this.acks.push(ack),
      onNoAck: () => (this.unanswered += 1),
      onAwake: (awake) => this.awake.push(awake),
      now: () => this.now,
      clock: () => undefined,
      newId: () => "id",
    };
    this.loop = new FrameLoop(parts);
  }

  /** Lets time pass in ticks of 100 ms, a new picture before each. */
  async pass(ms: number): Promise<void> {
    for (let gone = 0; gone < ms; gone += 100) {
      this.now += 100;
      this.picture += 1;
      this.loop.tick();
      await vi.waitFor(() => undefined);
      await Promise.resolve();
    }
  }

  async acknowledge(ack: LookAck): Promise<void> {
    this.answer?.(ack);
    await Promise.resolve();
    await Promise.resolve();
    await Promise.resolve();
  }
}

let kiosk: Kiosk;
beforeEach(() => {
  kiosk = new Kiosk();
});

test("only one frame is under way, however long the answer takes", async () => {
  await kiosk.pass(3000);
  expect(kiosk.sent).toEqual([1]);
});

test("after the answer the newest picture goes, not one of those between", async () => {
  await kiosk.pass(2000);
  await kiosk.acknowledge(NOBODY);
  await kiosk.pass(100);
  expect(kiosk.sent).toEqual([1, 21]);
});

test("it sends at most five frames a second", async () => {
  for (let tick = 0; tick < 20; tick += 1) {
    await kiosk.pass(50);
    await kiosk.acknowledge(SOMEBODY);
  }
  // 20 ticks are 2 s of 100 ms each.
  expect(kiosk.sent.length).toBeLessThanOrEqual(2000 / PACE_MS);
  expect(kiosk.sent.length).toBeGreaterThanOrEqual(9);
});

test("without motion it sleeps and sends nothing; motion wakes it", async () => {
  kiosk.moving = false;
  await kiosk.pass(1000);
  expect(kiosk.sent).toEqual([]);
  kiosk.moving = true;
  await kiosk.pass(100);
  expect(kiosk.sent).toHaveLength(1);
  expect(kiosk.awake).toEqual([true]);
});

test("it falls asleep some seconds after the last motion", async () => {
  await kiosk.pass(100);
  await kiosk.acknowledge(NOBODY);
  kiosk.moving = false;
  await kiosk.pass(AWAKE_MS - 100);
  expect(kiosk.awake).toEqual([true]);
  await kiosk.pass(200);
  expect(kiosk.awake).toEqual([true, false]);
});

test("a face keeps it awake though nobody moves", async () => {
  await kiosk.pass(100);
  kiosk.moving = false;
  for (let second = 0; second < 10; second += 1) {
    await kiosk.acknowledge(SOMEBODY);
    await kiosk.pass(1000);
  }
  expect(kiosk.awake).toEqual([true]);
  expect(kiosk.sent.length).toBeGreaterThan(8);
});

test("a missing answer is reported, and the next frame goes", async () => {
  await kiosk.pass(100);
  kiosk.fail?.(new Error("timeout"));
  await kiosk.pass(300);
  expect(kiosk.unanswered).toBe(1);
  expect(kiosk.sent).toHaveLength(2);
});

test("once stopped it neither sends nor reports", async () => {
  await kiosk.pass(100);
  kiosk.loop.stop();
  await kiosk.acknowledge(SOMEBODY);
  await kiosk.pass(1000);
  expect(kiosk.acks).toEqual([]);
  expect(kiosk.sent).toHaveLength(1);
});

const plain = (grey: number) => new Uint8ClampedArray(64 * 48 * 4).fill(grey);

test("motion is a change of many pixels, not the camera's noise", () => {
  const sense = new MotionSense();
  expect(sense.moved(plain(100))).toBe(true);
  expect(sense.moved(plain(100))).toBe(false);
  expect(sense.moved(plain(110))).toBe(false);
  const walkedUp = plain(110).fill(200, 0, 64 * 10 * 4);
  expect(sense.moved(walkedUp)).toBe(true);
  const oneSpeck = new Uint8ClampedArray(walkedUp).fill(10, 0, 4 * 8);
  expect(sense.moved(oneSpeck)).toBe(false);
});
