import { randomUUID } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { CacheRow } from "./cacheRow";
import { type CachePlan, planCache } from "./cachePlan";
import { RowSaving } from "./rowSaving";
import type { SequencePool } from "./sequencePool";
import type { RowContent, SavedState, SavedStates } from "./states/savedStates";
import { saveRow } from "./states/saveRow";

/** What a row is to hold. */
export interface RowGoal {
  readonly conversation: string;
  readonly wanted: RowContent;
  /** Tokens at its end that are not taken from anywhere: 1 where the next token is drawn from them. */
  readonly evaluateAtLeast: 0 | 1;
  /** Nothing is taken from anywhere. */
  readonly fresh: boolean;
}

export interface KvSourcesOptions {
  readonly pool: SequencePool;
  /** Undefined: nothing is saved, and no row is copied to another. */
  readonly states: SavedStates | undefined;
  /** Where a row's state stands for a moment on its way to another row; made at the first need. */
  readonly forkFolder: string | undefined;
  /** Whether tokens in the cache may be moved. */
  readonly cuts: boolean;
  readonly log: Log;
}

/** Another place than the row itself that holds some of what is wanted. */
interface Source {
  /** Tells it from the others. */
  readonly place: CacheRow | string;
  /** Tokens of the goal that it would give. */
  readonly reused: number;
  /** All tokens that it holds, which are read to get at those. */
  readonly held: number;
  /** @param gained those that the row does not hold itself */
  readonly pays: (gained: number) => boolean;
  /** Keeps it while what the row holds is saved. */
  readonly reserve?: () => Promise<void>;
  /** False: the row is empty or as it was. */
  readonly load: (row: CacheRow) => Promise<boolean>;
}

/**
 * Fills rows from the cheapest source: what the row itself holds, a saved state, another row, and evaluating for the
 * rest. What a row would lose in doing so is saved first when that pays.
 */
export class KvSources {
  readonly saving: RowSaving;
  readonly #options: KvSourcesOptions;

  constructor(options: KvSourcesOptions) {
    this.#options = options;
    this.saving = new RowSaving(options.pool, options.states, options.log);
  }

  /**
   * Brings the row to where it holds the front of what is wanted and nothing else; the rest is to be evaluated.
   * Resolves with those of its tokens that came from a saved state or from another conversation's row.
   */
  async fill(row: CacheRow, goal: RowGoal): Promise<number> {
    await row.settle();
    const isOwn = row.conversation === goal.conversation;
    const isLoaded = !goal.fresh && (await this.#load(row, goal));
    const plan = goal.fresh ? emptied(row) : this.#plan(row.ledger, goal);
    if (!isLoaded) await this.saving.saveLost(row, isOwn ? plan.tail : row.length - plan.reused);
    await row.apply(plan, goal.wanted);
    row.conversation = goal.conversation;
    return isLoaded || !isOwn ? plan.reused : 0;
  }

  #plan(held: RowContent, { wanted, evaluateAtLeast }: RowGoal): CachePlan {
    return planCache(held, wanted, { cuts: this.#options.cuts, evaluateAtLeast });
  }

  /** Whether the row was loaded from somewhere else, because that gives more than what it holds. */
  async #load(row: CacheRow, goal: RowGoal): Promise<boolean> {
    const own = this.#plan(row.ledger, goal).reused;
    await this.saving.finished((content) => this.#plan(content, goal).reused > own);
    const refused = new Set<Source["place"]>();
    for (;;) {
      const source = this.#best(row, goal, refused);
      if (!source) return false;
      await source.reserve?.();
      await this.saving.saveLost(row, row.length);
      if (await source.load(row)) return true;
      await row.settle();
      refused.add(source.place);
    }
  }

  #best(row: CacheRow, goal: RowGoal, refused: ReadonlySet<Source["place"]>): Source | undefined {
    const own = this.#plan(row.ledger, goal).reused;
    return [...this.#savedStates(goal), ...this.#otherRows(row, goal)]
      .filter(({ place, reused }) => reused > own && !refused.has(place))
      .sort((a, b) => b.reused - a.reused || a.held - b.held)
      .find(({ reused, pays }) => pays(reused - own));
  }

  #savedStates(goal: RowGoal): readonly Source[] {
    const { states } = this.#options;
    if (!states) return [];
    return states.all().map((state) => ({
      place: state.id,
      reused: this.#plan(state, goal).reused,
      held: state.tokens.length,
      pays: (gained) => states.loadingPays(state, gained),
      reserve: () => states.reserve(state),
      load: (row) => this.#loadState(states, state, row),
    }));
  }

  #otherRows(row: CacheRow, goal: RowGoal): readonly Source[] {
    const { states, pool, forkFolder } = this.#options;
    if (!states || forkFolder === undefined) return [];
    const others = pool.idle.filter((other) => other !== row && other.canBeSaved);
    return others.map((other) => ({
      place: other,
      reused: this.#plan(other.ledger, goal).reused,
      held: other.length,
      pays: (gained) => states.savingPays(other.length, gained),
      load: (into) => this.#fork(other, into, forkFolder),
    }));
  }

  async #loadState(states: SavedStates, state: SavedState, row: CacheRow): Promise<boolean> {
    const content = await states.load(state, row.sequence);
    if (!content) return false;
    row.loaded(content);
    return row.sequence.length === row.length;
  }

  /** The library has no copy from row to row, so the state goes through a file. */
  async #fork(from: CacheRow, into: CacheRow, folder: string): Promise<boolean> {
    if (!this.#options.pool.borrow(from)) return false;
    const file = path.join(folder, `${process.pid}-${randomUUID()}.fork`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await from.prepareSave();
      await saveRow(from.sequence, file);
      await into.sequence.loadState(file);
      into.loaded(from.ledger.copy());
      return into.sequence.length === into.length;
    } catch (error) {
      this.#options.log.write("warn", `A conversation's tokens could not be copied, so they are evaluated: ${describeError(error)}`);
      return false;
    } finally {
      this.#options.pool.giveBack(from);
      await this.#remove(file);
    }
  }

  async #remove(file: string): Promise<void> {
    await rm(file, { force: true }).catch((error: unknown) => this.#options.log.write("debug", `${file} cannot be removed yet: ${describeError(error)}`));
  }
}

function emptied(row: CacheRow): CachePlan {
  return { reused: 0, erase: row.length === 0 ? [] : [{ start: 0, end: row.length }], tail: row.length };
}

/** Architectures whose rotary positions were seen to move right; with others the library may end the process. */
const movable = new Set(["llama", "phi2", "phi3", "qwen2", "qwen3"]);

/**
 * Whether tokens can be moved within the cache. Keys have to be F16: moving quantised ones ends the process in
 * llama.cpp's processor backend as of node-llama-cpp 3.21.1.
 */
export function canMoveTokens(architecture: string, kvCacheType: string): boolean {
  return kvCacheType === "f16" && movable.has(architecture);
}
