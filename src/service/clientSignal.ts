import type { FastifyReply } from "fastify";

/** Aborts when the client leaves before its reply is complete, or when the service ends running answers. */
export function clientSignal(reply: FastifyReply, stop: AbortSignal): AbortSignal {
  const left = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) left.abort();
  });
  return AbortSignal.any([left.signal, stop]);
}
