import type { LlamaContext } from "node-llama-cpp";
import type { ThreadCounts } from "../runtime";

/**
 * CPU threads of one context. The library fixes them when a context is made, but reads the number again from a field
 * that its types do not show whenever it reserves threads; where a version has no such field, the number stays as it
 * was. A reservation may only be given back while nothing is evaluated: one that is lost in between leaves the
 * library's count of used threads too high for good, and the next evaluation waits for ever.
 */
export class NativeThreads {
  readonly #context: LlamaContext;
  #counts: ThreadCounts;
  #running = 0;
  /** Threads of the reservation that may be standing; undefined when it is to be given back in any case. */
  #reserved: number | undefined;

  constructor(context: LlamaContext, threads: number) {
    this.#context = context;
    this.#counts = { prefill: threads, decode: threads };
  }

  /** From the next evaluation on. */
  set(counts: ThreadCounts): void {
    this.#counts = counts;
  }

  /**
   * Runs one evaluation with the threads of its kind. All evaluations of the context go through here. Those that run
   * at the same time share one number: that of the one that began.
   */
  async during<T>(phase: keyof ThreadCounts, evaluate: () => Promise<T>): Promise<T> {
    this.#want(Math.max(1, Math.floor(this.#counts[phase])));
    this.#running++;
    try {
      return await evaluate();
    } finally {
      this.#running--;
    }
  }

  #want(threads: number): void {
    const context: unknown = this.#context;
    if (threads === this.#reserved || !hasThreadFields(context)) return;
    context._idealThreads = threads;
    this.#reserved = this.#running === 0 ? threads : undefined;
    if (this.#running === 0) context._freeReservedThreads();
  }
}

interface ThreadFields {
  _idealThreads: number;
  _freeReservedThreads: () => void;
}

function hasThreadFields(context: unknown): context is ThreadFields {
  if (typeof context !== "object" || context === null || !("_idealThreads" in context) || !("_freeReservedThreads" in context)) return false;
  return typeof context._idealThreads === "number" && typeof context._freeReservedThreads === "function";
}
