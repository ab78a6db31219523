import { abortError, HearthError } from "../common/errors";
import { CacheRow } from "./cacheRow";
import type { SequencePort } from "./runtime";

interface PooledRow {
  readonly row: CacheRow;
  /** The conversation that keeps the row between its turns. */
  owner: string | undefined;
  isBusy: boolean;
  lastUsed: number;
}

interface Waiter {
  readonly conversation: string;
  readonly accept: (row: CacheRow) => void;
}

/**
 * Lends rows to conversations. A conversation keeps its row between turns, until another one needs it and it is the
 * least recently used that is idle. A conversation uses one row at a time; who finds none free waits. A row that is
 * lent may still hold another conversation's tokens: its `conversation` tells whose they are.
 */
export class SequencePool {
  readonly #rows: readonly PooledRow[];
  #waiting: Waiter[] = [];
  #clock = 0;

  constructor(sequences: readonly SequencePort[]) {
    this.#rows = sequences.map((sequence) => ({
      row: new CacheRow(sequence),
      ...{ owner: undefined, isBusy: false, lastUsed: 0 },
    }));
  }

  /** Those that nobody uses at the moment, the most recently used one first. */
  get idle(): readonly CacheRow[] {
    return this.#idle.toReversed().map(({ row }) => row);
  }

  /** Rejects with an AbortError when `signal` fires before a row is free. Give it back with `release`. */
  acquire(conversation: string, signal: AbortSignal): Promise<CacheRow> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(abortError());
      const stop = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(abortError());
      };
      const waiter: Waiter = {
        conversation,
        accept: (row) => {
          signal.removeEventListener("abort", stop);
          resolve(row);
        },
      };
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.push(waiter);
      this.#serve();
    });
  }

  /** Takes a row out of turn if nobody uses it now; its owner stays. Give it back with `giveBack`. */
  borrow(row: CacheRow): boolean {
    const pooled = this.#find(row);
    if (!pooled || pooled.isBusy) return false;
    return (pooled.isBusy = true);
  }

  /** Borrows the idle row with the fewest tokens. Throws "internal" when there is none. */
  borrowShortest(): CacheRow {
    const row = [...this.idle].sort((a, b) => a.length - b.length)[0];
    if (row && this.borrow(row)) return row;
    throw new HearthError("internal", "No row of the KV cache is free.");
  }

  /** Ends `borrow`; the row counts as used as before. */
  giveBack(row: CacheRow): void {
    this.#free(row, (pooled) => pooled.lastUsed);
  }

  release(row: CacheRow): void {
    this.#free(row, () => ++this.#clock);
  }

  /** The conversation no longer needs its row: it is the first that another one takes, and holds its tokens until then. */
  disown(conversation: string): void {
    for (const pooled of this.#rows) if (pooled.owner === conversation) pooled.owner = undefined;
  }

  /** The conversation is over: no row names it any more. Rows that held its tokens are told; clear those that are idle. */
  forget(conversation: string): readonly CacheRow[] {
    this.disown(conversation);
    const held = this.#rows.map(({ row }) => row).filter((row) => row.conversation === conversation);
    for (const row of held) row.conversation = undefined;
    return held;
  }

  get #idle(): PooledRow[] {
    return this.#rows.filter(({ isBusy }) => !isBusy).sort((a, b) => a.lastUsed - b.lastUsed);
  }

  #find(row: CacheRow): PooledRow | undefined {
    return this.#rows.find((pooled) => pooled.row === row);
  }

  #free(row: CacheRow, lastUsed: (pooled: PooledRow) => number): void {
    const pooled = this.#find(row);
    if (!pooled) return;
    pooled.isBusy = false;
    pooled.lastUsed = lastUsed(pooled);
    this.#serve();
  }

  #serve(): void {
    for (const waiter of [...this.#waiting]) {
      const pooled = this.#pick(waiter.conversation);
      if (!pooled) continue;
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      pooled.isBusy = true;
      pooled.owner = waiter.conversation;
      waiter.accept(pooled.row);
    }
  }

  /** Its own row; one that still holds its tokens; an empty one; one that nobody keeps; the least recently used. */
  #pick(conversation: string): PooledRow | undefined {
    const own = this.#rows.find(({ owner }) => owner === conversation);
    if (own) return own.isBusy ? undefined : own;
    const idle = this.#idle;
    const unowned = idle.filter(({ owner }) => owner === undefined);
    return unowned.find(({ row }) => row.conversation === conversation) ?? unowned.find(({ row }) => row.length === 0) ?? unowned[0] ?? idle[0];
  }
}
