import type { RetrievedChunk } from "../rag/ports";
import { type FoundTokens, overlaps, pack } from "./contextBudget";
import type { PromptScope } from "./promptScope";
import { turnsWithCode } from "./turnWindow";
import type { Turn, TurnWindow } from "./types";
import { codeBlock, rangeLabel } from "./userMessage";

/** What the header above the code and the prompt format take, at most. */
const headerTokens = 32;

/** The code that was found for a question, best first. Each chunk's tokens are counted once. */
export class FoundCode {
  readonly #scope: PromptScope;
  readonly #chunks: readonly RetrievedChunk[];
  readonly #tokens = new Map<string, number>();

  constructor(scope: PromptScope, { question }: Turn, chunks: readonly RetrievedChunk[]) {
    this.#scope = scope;
    this.#chunks = chunks.filter((chunk) => !question.attachments.some((attachment) => overlaps(attachment, chunk)));
  }

  /** Tokens of the code that a prompt with this window does not hold. */
  async tokens(window: TurnWindow): Promise<FoundTokens> {
    const counts = await this.#count(this.#missing(window));
    const [best] = counts;
    if (best === undefined) return { all: 0, best: 0 };
    return { all: counts.reduce((sum, count) => sum + count, headerTokens), best: headerTokens + best };
  }

  /** As much of it as fits, best last; undefined when nothing was found that the prompt does not hold already. */
  async pack(window: TurnWindow, budget: number): Promise<readonly RetrievedChunk[] | undefined> {
    const missing = this.#missing(window);
    return missing.length === 0 ? undefined : pack(missing, await this.#count(missing), budget - headerTokens);
  }

  /** Code of an earlier turn is not sent again while it stands in the prompt. */
  #missing(window: TurnWindow): readonly RetrievedChunk[] {
    const shown = new Set(turnsWithCode(this.#scope.branch, window).flatMap((turn) => turn.citations.map((citation) => citation.hash)));
    return this.#chunks.filter((chunk) => !shown.has(chunk.hash));
  }

  async #count(chunks: readonly RetrievedChunk[]): Promise<readonly number[]> {
    const unknown = chunks.filter((chunk) => !this.#tokens.has(rangeLabel(chunk)));
    if (unknown.length > 0) {
      const counts = await this.#scope.model.countTokens(unknown.map((chunk) => `${codeBlock(chunk)}\n\n`), this.#scope.signal);
      unknown.forEach((chunk, index) => this.#tokens.set(rangeLabel(chunk), counts[index] ?? 0));
    }
    return chunks.map((chunk) => this.#tokens.get(rangeLabel(chunk)) ?? 0);
  }
}
