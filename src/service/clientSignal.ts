import type { FastifyReply } from "fastify";

/** Aborts when the client leaves before its reply is complete, or when the service ends running answers. */
export function clientSignal({ raw }: FastifyReply, stop: AbortSignal): AbortSignal {
  const ended = new AbortController();
  const end = () => ended.abort();
  // One listener that goes with the reply, instead of AbortSignal.any on a signal that lives as long as the service.
  stop.addEventListener("abort", end, { once: true });
  raw.once("close", () => {
    stop.removeEventListener("abort", end);
    if (!raw.writableFinished) end();
  });
  if (stop.aborted || raw.closed || raw.destroyed) end();
  return ended.signal;
}
