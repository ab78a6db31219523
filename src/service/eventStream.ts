import { once } from "node:events";
import type { FastifyReply } from "fastify";

/** A reply as server-sent events. A slow reader is waited for, so that nothing piles up in memory. */
export class EventStream {
  readonly #reply: FastifyReply;
  readonly #signal: AbortSignal;

  /** Takes the reply over from the framework and sends its head. */
  constructor(reply: FastifyReply, signal: AbortSignal) {
    this.#reply = reply;
    this.#signal = signal;
    reply.hijack();
    reply.raw.writeHead(200, { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache", connection: "keep-alive" });
  }

  async send(data: object | "[DONE]"): Promise<void> {
    if (this.#signal.aborted) return;
    const text = typeof data === "string" ? data : JSON.stringify(data);
    if (this.#reply.raw.write(`data: ${text}\n\n`)) return;
    // A client that leaves aborts the signal; there is nobody to wait for then.
    await once(this.#reply.raw, "drain", { signal: this.#signal }).catch(() => undefined);
  }

  end(): void {
    this.#reply.raw.end();
  }
}
