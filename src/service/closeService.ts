import type { FastifyInstance } from "fastify";
import type { FairQueue } from "./fairQueue";

export interface Closing {
  readonly queue: FairQueue;
  /** Ends running answers: the one whose signal the service was made with. */
  readonly ending: AbortController;
  /** How long running answers may go on, in milliseconds. */
  readonly graceMs: number;
}

/** A connection that a client keeps for its next request is closed so long after its answer at the latest. */
const idleCheckMs = 50;
/** After the end of the answers: how long their readers have to take what is left. */
const readersMs = 1000;

/**
 * Takes no more requests, refuses those that wait, lets the running ones end within their time, then ends them. Readers
 * that take nothing are cut off, so it always comes to an end.
 */
export async function closeService(service: FastifyInstance, { queue, ending, graceMs }: Closing): Promise<void> {
  queue.close();
  const { server } = service;
  const idle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  const timers = [setTimeout(() => ending.abort(), graceMs), setTimeout(() => server.closeAllConnections(), graceMs + readersMs)];
  try {
    await service.close();
  } finally {
    clearInterval(idle);
    for (const timer of timers) clearTimeout(timer);
  }
}
