// What a kiosk knows of its clock: it asks the server for the time, and sends along how far both are apart. The browser's time of day may be
// set at any moment, so ours is that of the page's start plus what the monotonic clock has counted since.
import type { Socket } from "socket.io-client";
import type { ClockAnswer, DeviceClock } from "@/lib/generated/protocol";

/** How often it asks. */
const ASK_MS = 30_000;
const ANSWER_MS = 5000;
/** Two quartz clocks drift apart by one part in this at most. */
const DRIFT = 5000;

type Exchange = { epoch: string; heardMs: number; leastMs: number; mostMs: number };

/** The page's own time in milliseconds since 1970: never set. */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

export class ClockKeeper {
  private best: Exchange | null = null;
  private readonly now: () => number;

  constructor(now: () => number = steadyNow) {
    this.now = now;
  }

  /** Takes in an answer to what was asked at `askedMs`. The quickest exchange counts; those of another clock are forgotten. */
  note(askedMs: number, answer: ClockAnswer): void {
    const heardMs = this.now();
    const serverMs = Date.parse(answer.at);
    const fresh = { epoch: answer.epoch, heardMs, leastMs: serverMs - heardMs, mostMs: serverMs - askedMs };
    const known = this.best && this.best.epoch === answer.epoch ? this.aged(this.best) : null;
    const agrees = known !== null && known.leastMs <= fresh.mostMs && fresh.leastMs <= known.mostMs;
    const isWider = known !== null && fresh.mostMs - fresh.leastMs > known.mostMs - known.leastMs;
    if (!agrees || !isWider) this.best = fresh;
  }

  /** To be sent beside whatever is dated; nothing before the first answer. */
  known(): DeviceClock | undefined {
    if (!this.best) return undefined;
    const { leastMs, mostMs } = this.aged(this.best);
    return { epoch: this.best.epoch, least_us: Math.floor(leastMs * 1000), most_us: Math.ceil(mostMs * 1000) };
  }

  private aged({ heardMs, leastMs, mostMs }: Exchange): { leastMs: number; mostMs: number } {
    const driftMs = Math.abs(this.now() - heardMs) / DRIFT;
    return { leastMs: leastMs - driftMs, mostMs: mostMs + driftMs };
  }
}

/** Asks for the time. */
export function askTime(socket: Socket, keeper: ClockKeeper): void {
  if (!socket.connected) return;
  const asked = steadyNow();
  (socket.timeout(ANSWER_MS).emitWithAck("clock", {}) as Promise<ClockAnswer>).then(
    (answer) => keeper.note(asked, answer),
    // The next time will do.
    () => undefined,
  );
}

/** Asks at every connection and from time to time; returns how to stop. */
export function keepAsking(socket: Socket, keeper: ClockKeeper): () => void {
  const ask = () => askTime(socket, keeper);
  ask();
  socket.on("connect", ask);
  const timer = setInterval(ask, ASK_MS);
  return () => {
    socket.off("connect", ask);
    clearInterval(timer);
  };
}
