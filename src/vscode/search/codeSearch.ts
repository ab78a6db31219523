import type { Disposable } from "../../common/disposable";
import { Emitter } from "../../common/emitter";
import { isAbortError } from "../../common/errors";
import type { CodeIndex, RetrievedChunk, SymbolHit } from "../../rag/ports";

/** What was found for a text. */
export interface FoundCode {
  readonly text: string;
  /** Definitions by name, best first. */
  readonly symbols: readonly SymbolHit[];
  /** Passages that the text is about, best first. */
  readonly passages: readonly RetrievedChunk[];
}

/** What a search has come to. While it goes on, what was found before stays in sight. */
export type SearchState =
  | { readonly kind: "empty" }
  | { readonly kind: "searching"; readonly before: FoundCode | undefined }
  | { readonly kind: "found"; readonly found: FoundCode }
  | { readonly kind: "failed"; readonly error: unknown };

export type SearchIndex = Pick<CodeIndex, "retrieve" | "symbols">;

export interface SearchLimits {
  /** A search begins once nothing was typed for this long. Milliseconds. */
  readonly quietMs: number;
  readonly symbols: number;
  readonly passages: number;
}

const searchLimits: SearchLimits = { quietMs: 120, symbols: 8, passages: 20 };

/** Searches as somebody types: the last text counts, what is asked for an earlier one is stopped and its answer dropped. */
export class CodeSearch implements Disposable {
  readonly #index: SearchIndex;
  readonly #limits: SearchLimits;
  readonly #changed = new Emitter<SearchState>();
  #state: SearchState = { kind: "empty" };
  #timer: NodeJS.Timeout | undefined;
  #running: AbortController | undefined;

  constructor(index: SearchIndex, limits: SearchLimits = searchLimits) {
    this.#index = index;
    this.#limits = limits;
  }

  readonly onDidChange = this.#changed.subscribe;

  get state(): SearchState {
    return this.#state;
  }

  search(text: string): void {
    this.#stop();
    const wanted = text.trim();
    if (wanted === "") return this.#become({ kind: "empty" });
    this.#become({ kind: "searching", before: this.#found });
    this.#timer = setTimeout(() => void this.#run(wanted), this.#limits.quietMs);
  }

  dispose(): void {
    this.#stop();
    this.#changed.dispose();
  }

  get #found(): FoundCode | undefined {
    if (this.#state.kind === "found") return this.#state.found;
    return this.#state.kind === "searching" ? this.#state.before : undefined;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#running?.abort();
    this.#running = undefined;
  }

  async #run(text: string): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    const state = await this.#ask(text, running.signal);
    if (state && !running.signal.aborted) this.#become(state);
  }

  /** Undefined when it was stopped. */
  async #ask(text: string, signal: AbortSignal): Promise<SearchState | undefined> {
    const { symbols: symbolLimit, passages: passageLimit } = this.#limits;
    try {
      const [symbols, passages] = await Promise.all([
        this.#index.symbols({ text, limit: symbolLimit }),
        this.#index.retrieve({ text, limit: passageLimit }, signal),
      ]);
      return { kind: "found", found: { text, symbols, passages } };
    } catch (error) {
      return isAbortError(error) ? undefined : { kind: "failed", error };
    }
  }

  #become(state: SearchState): void {
    this.#state = state;
    this.#changed.fire(state);
  }
}
