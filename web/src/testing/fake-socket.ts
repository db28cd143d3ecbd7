// A socket without a network: tests play the server's side of it.
import { vi } from "vitest";

type Listener = (...values: unknown[]) => void;

export class FakeSocket {
  connected = false;
  active = true;
  readonly sent: unknown[][] = [];
  private listeners = new Map<string, Listener[]>();

  on(name: string, listener: Listener): this {
    this.listeners.set(name, [...(this.listeners.get(name) ?? []), listener]);
    return this;
  }
  removeAllListeners(): void {
    this.listeners.clear();
  }
  connect = vi.fn<() => void>();
  disconnect = vi.fn<() => void>();

  /** The server's side. */
  hear(name: string, ...values: unknown[]): void {
    if (name === "connect") this.connected = true;
    if (name === "disconnect") this.connected = false;
    for (const listener of this.listeners.get(name) ?? []) listener(...values);
  }
}
