import { abortError, isAbortError } from "../common/errors";
import type { CacheRow } from "./cacheRow";
import type { IdleWork } from "./idleWork";
import type { KvSources } from "./kvSources";
import type { Prompt, ResumeResult } from "./ports";
import { backgroundChunkMs, prefillInChunks } from "./prefill";
import type { PrefillPace } from "./prefillPace";
import type { PromptRenderer } from "./promptRenderer";
import type { SequencePool } from "./sequencePool";
import type { RowContent, SavedStates } from "./states/savedStates";
import { startsWith } from "./states/tokenFront";

export interface ResumptionParts {
  readonly renderer: PromptRenderer;
  readonly pace: PrefillPace;
  readonly pool: SequencePool;
  readonly sources: KvSources;
  readonly idle: IdleWork;
  readonly states: SavedStates | undefined;
  readonly contextSize: number;
}

interface Progress {
  tokens: number;
  restoredTokens: number;
  evaluatedTokens: number;
}

/** Brings conversations back into the KV cache while nobody asks anything. */
export class Resumptions {
  readonly #parts: ResumptionParts;
  readonly #running = new Map<string, AbortController>();

  constructor(parts: ResumptionParts) {
    this.#parts = parts;
  }

  /** Goes on after each question that comes in between. Rejects with an AbortError when `signal` fires. */
  async resume(prompt: Prompt, signal: AbortSignal): Promise<ResumeResult> {
    const { conversation } = prompt;
    const progress: Progress = { tokens: 0, restoredTokens: 0, evaluatedTokens: 0 };
    const wanted = this.#target(prompt);
    if (wanted.tokens.length === 0 || wanted.tokens.length >= this.#parts.contextSize) return progress;
    this.supersede(conversation);
    const superseded = new AbortController();
    this.#running.set(conversation, superseded);
    try {
      await this.#parts.idle.run((idle) => this.#attempt(conversation, wanted, progress, idle), AbortSignal.any([signal, superseded.signal]));
    } catch (error) {
      if (!superseded.signal.aborted || signal.aborted) throw error;
    } finally {
      if (this.#running.get(conversation) === superseded) this.#running.delete(conversation);
    }
    return progress;
  }

  /** A question of the conversation does what is left; its `resume` resolves with what it took so far. */
  supersede(conversation: string): void {
    this.#running.get(conversation)?.abort();
  }

  /** What a row holds after the last answer: its last token and what closes it come with the next question. */
  #target(prompt: Prompt): RowContent {
    const { tokens, parts } = this.#parts.renderer.render(prompt);
    const isAnswered = prompt.turns.length > 0;
    return { tokens: isAnswered ? tokens.slice(0, -(this.#parts.renderer.closing.length + 1)) : [], parts };
  }

  async #attempt(conversation: string, wanted: RowContent, progress: Progress, signal: AbortSignal): Promise<void> {
    const { pool, sources } = this.#parts;
    const row = await pool.acquire(conversation, signal);
    try {
      const isThere = row.conversation === conversation && startsWith(row.ledger.tokens, wanted.tokens);
      if (!isThere) {
        const restored = await sources.fill(row, { conversation, wanted, evaluateAtLeast: 0, fresh: false });
        progress.restoredTokens = Math.max(progress.restoredTokens, restored);
        await this.#evaluate(row, wanted.tokens.slice(row.length), progress, signal);
      }
      progress.tokens = wanted.tokens.length;
    } catch (error) {
      // What the cache holds after a failed evaluation is not known.
      if (!isAbortError(error)) await row.clear();
      throw error;
    } finally {
      pool.release(row);
    }
  }

  async #evaluate(row: CacheRow, tokens: readonly number[], progress: Progress, signal: AbortSignal): Promise<void> {
    const startedAt = performance.now();
    let evaluated = 0;
    const { pace } = this.#parts;
    for await (const count of prefillInChunks(row, tokens, { pace, chunkMs: () => backgroundChunkMs, last: "evaluateAll", isStopped: () => signal.aborted })) {
      evaluated += count;
      progress.evaluatedTokens += count;
      progress.tokens = row.length;
    }
    if (evaluated > 0) this.#parts.states?.evaluated(evaluated, performance.now() - startedAt);
    if (evaluated < tokens.length) throw abortError();
  }
}
