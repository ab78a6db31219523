import { abortError } from "../common/errors";
import { TokenLedger } from "./ledger";
import type { SequencePort } from "./runtime";

/** One KV cache row with the list of what is in it. */
export interface Slot {
  readonly sequence: SequencePort;
  readonly ledger: TokenLedger;
}

interface PooledSlot extends Slot {
  owner: string | undefined;
  busy: boolean;
  lastUsed: number;
}

interface Waiter {
  readonly conversation: string;
  readonly accept: (slot: PooledSlot) => void;
}

/**
 * Lends sequences to conversations. A conversation keeps its sequence between turns, until another one needs it and
 * it is the least recently used that is idle. A conversation uses one sequence at a time; who finds none free waits.
 */
export class SequencePool {
  readonly #slots: readonly PooledSlot[];
  #waiting: Waiter[] = [];
  #clock = 0;

  constructor(sequences: readonly SequencePort[]) {
    this.#slots = sequences.map((sequence) => ({ sequence, ledger: new TokenLedger(), owner: undefined, busy: false, lastUsed: 0 }));
  }

  /** Rejects with an AbortError when `signal` fires before a sequence is free. Give the slot back with `release`. */
  acquire(conversation: string, signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError());
      const stop = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(abortError());
      };
      const waiter: Waiter = {
        conversation,
        accept: (slot) => {
          signal.removeEventListener("abort", stop);
          resolve(slot);
        },
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  release(slot: Slot): void {
    const pooled = this.#slots.find((other) => other === slot);
    if (!pooled) return;
    pooled.busy = false;
    pooled.lastUsed = ++this.#clock;
    this.#serve();
  }

  /** The conversation is over: its sequence is cleared if it is idle, and the first that another one takes. */
  async forget(conversation: string): Promise<void> {
    const slot = this.#slots.find((other) => other.owner === conversation);
    if (!slot) return;
    slot.owner = undefined;
    if (slot.busy) return;
    slot.busy = true;
    try {
      await clearSlot(slot);
    } finally {
      this.release(slot);
    }
  }

  #serve(): void {
    for (const waiter of [...this.#waiting]) {
      const slot = this.#pick(waiter.conversation);
      if (!slot) continue;
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      slot.busy = true;
      slot.owner = waiter.conversation;
      waiter.accept(slot);
    }
  }

  #pick(conversation: string): PooledSlot | undefined {
    const own = this.#slots.find((slot) => slot.owner === conversation);
    if (own) return own.busy ? undefined : own;
    const idle = this.#slots.filter((slot) => !slot.busy);
    return idle.find((slot) => slot.owner === undefined) ?? idle.sort((a, b) => a.lastUsed - b.lastUsed)[0];
  }
}

/** Empties the cache row and its ledger. */
export async function clearSlot(slot: Slot): Promise<void> {
  slot.ledger.truncate(0);
  await slot.sequence.eraseTail(0);
}
