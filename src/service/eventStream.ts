import { once } from "node:events";
import type { FastifyReply } from "fastify";
import type { ServerResponse } from "node:http";

export interface EventStreamLimits {
  /** Bytes that may wait for a slow reader before the answer waits, too. Default 1 MiB. */
  readonly mostBehindBytes?: number;
  /** A reader who takes nothing for so long then, or after the end, is let go. Default 30,000 ms. */
  readonly stallMs?: number;
  /** A comment is sent when nothing was for so long, so that no proxy takes a long prompt for a dead line. Default 10,000 ms. */
  readonly quietMs?: number;
}

const defaults = { mostBehindBytes: 1024 * 1024, stallMs: 30_000, quietMs: 10_000 };

/**
 * A reply as server-sent events. A slow reader does not hold the model: what it has not read is kept for it, up to a
 * limit; beyond that it is waited for, and let go when it takes nothing at all.
 */
export class EventStream {
  readonly #raw: ServerResponse;
  readonly #signal: AbortSignal;
  readonly #limits: Required<EventStreamLimits>;
  readonly #quiet: NodeJS.Timeout;

  /** Takes the reply over from the framework and sends its head. */
  constructor(reply: FastifyReply, signal: AbortSignal, limits: EventStreamLimits = {}) {
    this.#raw = reply.raw;
    this.#signal = signal;
    this.#limits = { ...defaults, ...limits };
    const given = Object.fromEntries(Object.entries(reply.getHeaders()).map(([name, value]) => [name, String(value)]));
    reply.hijack();
    const head = { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", "x-accel-buffering": "no" };
    this.#raw.writeHead(200, { ...given, ...head });
    this.#quiet = setInterval(() => this.#sayStillThere(), this.#limits.quietMs);
    this.#raw.once("close", () => clearInterval(this.#quiet));
  }

  async send(data: object | "[DONE]"): Promise<void> {
    if (this.#signal.aborted) return;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    this.#quiet.refresh();
    if (this.#raw.write(`data: ${text}\n\n`) || this.#raw.writableLength < this.#limits.mostBehindBytes) return;
    await this.#drained();
  }

  /** Ends the reply; what its reader has not taken yet still goes to it. */
  end(): void {
    clearInterval(this.#quiet);
    this.#limitStall(this.#limits.stallMs);
    this.#raw.end();
  }

  /** A client that leaves aborts the signal; there is nobody to wait for then. */
  async #drained(): Promise<void> {
    this.#limitStall(this.#limits.stallMs);
    await once(this.#raw, "drain", { signal: this.#signal }).catch(() => undefined);
    this.#limitStall(0);
  }

  /** The server destroys a socket that times out; what the reader takes, however little, begins the time anew. */
  #limitStall(ms: number): void {
    this.#raw.socket?.setTimeout(ms);
  }

  #sayStillThere(): void {
    if (!this.#raw.writableNeedDrain) this.#raw.write(": still working\n\n");
  }
}
