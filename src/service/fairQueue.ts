import { abortError } from "../common/errors";
import type { Admission } from "./admission";
import { HttpError } from "./httpErrors";

export interface FairQueueOptions {
  /** How many may be at work at once; asked for anew each time. */
  readonly capacity: () => number;
  /** Most requests that wait. Default 64. */
  readonly maxWaiting?: number;
  /** Longest wait, in milliseconds. Default 120,000. */
  readonly maxWaitMs?: number;
  readonly observer?: QueueObserver;
}

export interface QueueObserver {
  /** A request was let in after so long. */
  admitted(waitedMs: number): void;
  refused(reason: RefusalReason): void;
}

export type RefusalReason = "queueFull" | "waitedTooLong" | "stopping";

interface Waiter {
  readonly client: string;
  readonly since: number;
  readonly accept: () => void;
  readonly refuse: (error: Error) => void;
}

export const queueDefaults = { maxWaiting: 64, maxWaitMs: 120_000 } as const;

/** Before the first one has ended: how long a request is taken to need. */
const assumedWorkMs = 1000;
const mostRetrySeconds = 120;
/** So many turns are remembered. */
const recentTurns = 256;

/**
 * Clients take turns: each has one place in a ring, however many of its requests wait behind it. When too many wait, the
 * client with the most of them loses its newest, so that nobody can fill the queue for the others; of several with as many
 * it is the one that has had the most turns, so that who was sent away finds a place when it comes again.
 */
export class FairQueue implements Admission {
  readonly #capacity: () => number;
  readonly #maxWaiting: number;
  readonly #maxWaitMs: number;
  readonly #observer: QueueObserver | undefined;
  /** The waiting requests of each client, in the order of their turns. */
  readonly #ring = new Map<string, Waiter[]>();
  /** The clients of the last turns. */
  #served: string[] = [];
  #running = 0;
  #waiting = 0;
  #workMs = assumedWorkMs;
  #closed = false;

  constructor({ capacity, maxWaiting = queueDefaults.maxWaiting, maxWaitMs = queueDefaults.maxWaitMs, observer }: FairQueueOptions) {
    this.#capacity = capacity;
    this.#maxWaiting = maxWaiting;
    this.#maxWaitMs = maxWaitMs;
    this.#observer = observer;
  }

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting;
  }

  get capacity(): number {
    return Math.max(1, this.#capacity());
  }

  async enter<T>(client: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await this.#turn(client, signal);
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.#workMs += (performance.now() - startedAt - this.#workMs) / 8;
      this.#running--;
      this.#serve();
    }
  }

  /** Refuses those who wait and whoever comes; the running ones go on. */
  close(): void {
    this.#closed = true;
    for (const waiter of [...this.#ring.values()].flat()) this.#refuse(waiter, "stopping");
  }

  /** Resolves with a place taken, which `enter` gives back. */
  #turn(client: string, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError());
      const leave = () => this.#settle(waiter, () => reject(abortError()));
      const timer = setTimeout(() => this.#refuse(waiter, "waitedTooLong"), this.#maxWaitMs);
      const settled = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", leave);
      };
      const accept = () => (settled(), resolve());
      const refuse = (error: Error) => (settled(), reject(error));
      const waiter: Waiter = { client, since: performance.now(), accept, refuse };
      signal.addEventListener("abort", leave, { once: true });
      this.#add(waiter);
    });
  }

  #add(waiter: Waiter): void {
    this.#ring.set(waiter.client, [...(this.#ring.get(waiter.client) ?? []), waiter]);
    this.#waiting++;
    if (this.#closed) return this.#refuse(waiter, "stopping");
    this.#serve();
    if (this.#waiting > this.#maxWaiting) this.#refuse(this.#newestOfTheMost(waiter), "queueFull");
  }

  /** The newcomer, unless another client has more waiting, or as many and had more turns. */
  #newestOfTheMost(newcomer: Waiter): Waiter {
    const turns = (client: string) => this.#served.reduce((count, served) => count + (served === client ? 1 : 0), 0);
    const share = (client: string) => ({ client, waiting: this.#ring.get(client)?.length ?? 0, turns: turns(client) });
    const own = share(newcomer.client);
    const [most] = [...this.#ring.keys()].map(share).sort((a, b) => b.waiting - a.waiting || b.turns - a.turns);
    if (!most || most.waiting < own.waiting || (most.waiting === own.waiting && most.turns <= own.turns)) return newcomer;
    return this.#ring.get(most.client)?.at(-1) ?? newcomer;
  }

  #serve(): void {
    while (this.#running < this.capacity) {
      const next = this.#ring.values().next().value?.[0];
      if (!next) return;
      this.#running++;
      this.#served = [...this.#served, next.client].slice(-recentTurns);
      this.#settle(next, () => {
        this.#observer?.admitted(performance.now() - next.since);
        next.accept();
      });
      this.#toTheEnd(next.client);
    }
  }

  #toTheEnd(client: string): void {
    const rest = this.#ring.get(client);
    if (!rest) return;
    this.#ring.delete(client);
    this.#ring.set(client, rest);
  }

  #refuse(waiter: Waiter, reason: RefusalReason): void {
    this.#settle(waiter, () => {
      this.#observer?.refused(reason);
      waiter.refuse(this.#refusal(reason));
    });
  }

  /** Takes the request out of the queue. One that is out of it already has had its answer. */
  #settle(waiter: Waiter, answer: () => void): void {
    const own = this.#ring.get(waiter.client) ?? [];
    if (!own.includes(waiter)) return;
    const rest = own.filter((other) => other !== waiter);
    if (rest.length > 0) this.#ring.set(waiter.client, rest);
    else this.#ring.delete(waiter.client);
    this.#waiting--;
    answer();
  }

  #refusal(reason: RefusalReason): HttpError {
    const retryAfterSeconds = this.#retryAfterSeconds();
    const options = { retryAfterSeconds, remedy: `Try again in ${retryAfterSeconds} s.` };
    switch (reason) {
      case "queueFull":
        return new HttpError(429, "queue_full", `${this.#waiting + this.#running} requests are waiting or running, and no more are taken.`, options);
      case "waitedTooLong":
        return new HttpError(429, "waited_too_long", `The request has waited for ${Math.round(this.#maxWaitMs / 1000)} s without its turn.`, options);
      case "stopping":
        return new HttpError(503, "stopping", "The service is stopping.", options);
    }
  }

  /** About how long it takes until those who wait now have had their turn. */
  #retryAfterSeconds(): number {
    const seconds = ((this.#waiting + 1) * this.#workMs) / this.capacity / 1000;
    return Math.min(mostRetrySeconds, Math.max(1, Math.ceil(seconds)));
  }
}
