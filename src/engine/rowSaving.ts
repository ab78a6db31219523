import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { CacheRow } from "./cacheRow";
import type { SequencePool } from "./sequencePool";
import type { RowContent, SavedStates } from "./states/savedStates";
import { commonFront } from "./states/tokenFront";

interface PendingSave {
  readonly conversation: string;
  readonly content: RowContent;
  readonly done: Promise<void>;
}

/** Writes rows to disk before they are lost, where that pays. */
export class RowSaving {
  readonly #pool: SequencePool;
  readonly #states: SavedStates | undefined;
  readonly #log: Log;
  /** Saves whose row is free again, but whose file is not in place yet. */
  readonly #pending = new Set<PendingSave>();

  constructor(pool: SequencePool, states: SavedStates | undefined, log: Log) {
    this.#pool = pool;
    this.#states = states;
    this.#log = log;
  }

  /** Saves a row that its caller holds, if the `lost` tokens at its end are worth it. Resolves when the row may change. */
  async saveLost(row: CacheRow, lost: number): Promise<void> {
    if (this.#states && this.#isWorthIt(row, lost)) await this.#save(this.#states, row);
  }

  /** Saves every idle row that is worth it, the most recently used first, until `isStopped`. */
  async saveIdle(isStopped: () => boolean): Promise<void> {
    for (const row of this.#pool.idle) {
      if (isStopped()) return;
      if (!this.#isWorthIt(row, row.length) || !this.#pool.borrow(row)) continue;
      try {
        await this.saveLost(row, row.length);
      } catch (error) {
        this.#log.write("warn", `A conversation's state was not saved: ${describeError(error)}`);
      } finally {
        this.#pool.giveBack(row);
      }
    }
  }

  /** Whether an idle row holds what is worth saving. */
  get hasWork(): boolean {
    return this.#pool.idle.some((row) => this.#isWorthIt(row, row.length));
  }

  /** Resolves when the saves under way whose content passes `concerns` are done; they are saved states then. */
  async finished(concerns: (content: RowContent) => boolean = () => true): Promise<void> {
    await Promise.all([...this.#pending].filter(({ content }) => concerns(content)).map(({ done }) => done));
  }

  #isWorthIt(row: CacheRow, lost: number): boolean {
    if (!this.#states || row.conversation === undefined || !row.canBeSaved) return false;
    const gained = Math.min(lost, row.length - this.#saved(this.#states, row.conversation, row.ledger));
    return gained > 0 && this.#states.savingPays(row.length, gained);
  }

  /** Tokens of the row that a saved state of its conversation holds, or is about to hold. */
  #saved(states: SavedStates, conversation: string, { tokens }: RowContent): number {
    const saved = states.all().filter((state) => state.conversation === conversation);
    const pending = [...this.#pending].filter((save) => save.conversation === conversation).map(({ content }) => content);
    return Math.max(0, ...[...saved, ...pending].map((content) => commonFront(content.tokens, tokens)));
  }

  async #save(states: SavedStates, row: CacheRow): Promise<void> {
    await row.prepareSave();
    const { conversation } = row;
    if (conversation === undefined) return;
    const content = row.ledger.copy();
    await new Promise<void>((resolve) => {
      const done = states
        .save(conversation, row.sequence, content, resolve)
        .then(() => undefined)
        .catch((error: unknown) => this.#log.write("warn", `A conversation's state was not saved: ${describeError(error)}`))
        .finally(() => {
          this.#pending.delete(pending);
          resolve();
        });
      const pending: PendingSave = { conversation, content, done };
      this.#pending.add(pending);
    });
  }
}
