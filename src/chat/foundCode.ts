import type { RetrievedChunk } from "../rag/ports";
import type { CodePassage } from "./codePassage";
import type { FoundTokens } from "./contextBudget";
import { heldBlocks, type HeldCode, newPassages } from "./heldCode";
import { type CodeMeter, costsOf, packCode } from "./packCode";
import { measurePrompt, type PromptScope } from "./promptScope";
import { questionTurn } from "./promptTurns";
import { shownTurns, turnsWithCode } from "./turnWindow";
import type { Turn, TurnWindow } from "./types";

/** What the header above the code and the prompt format take, at most. */
const headerTokens = 32;

/** The code that was found for a question, best first. What each of its passages takes is counted once. */
export class FoundCode {
  readonly #scope: PromptScope;
  readonly #chunks: readonly RetrievedChunk[];
  readonly #counts = new Map<string, number>();

  constructor(scope: PromptScope, chunks: readonly RetrievedChunk[]) {
    this.#scope = scope;
    this.#chunks = chunks;
  }

  /** Tokens of the code that the question's prompt does not hold yet, at most. */
  async tokens(turn: Turn): Promise<FoundTokens> {
    const costs = await costsOf(this.#missing(turn), this.#meter(turn));
    const [best] = costs;
    if (best === undefined) return { all: 0, best: 0 };
    return { all: costs.reduce((sum, cost) => sum + cost, headerTokens), best: headerTokens + best };
  }

  /** As much of it as fits, best last; undefined when nothing was found that the prompt does not hold already. */
  async pack(turn: Turn, budget: number): Promise<readonly CodePassage[] | undefined> {
    const missing = this.#missing(turn);
    return missing.length === 0 ? undefined : packCode(missing, budget, this.#meter(turn));
  }

  #missing({ window, question }: Turn): readonly CodePassage[] {
    return newPassages(this.#chunks, held(this.#scope, window), question.attachments);
  }

  #meter(turn: Turn): CodeMeter {
    return { count: (texts) => this.#count(texts), measure: (codeText) => this.#measure({ ...turn, codeText }) };
  }

  async #count(texts: readonly string[]): Promise<readonly number[]> {
    const unknown = texts.filter((text) => !this.#counts.has(text));
    if (unknown.length > 0) {
      const counts = await this.#scope.model.countTokens(unknown, this.#scope.signal);
      unknown.forEach((text, i) => this.#counts.set(text, counts[i] ?? 0));
    }
    return texts.map((text) => this.#counts.get(text) ?? 0);
  }

  /** The model keeps what it rendered, so that measuring costs the question nothing later. */
  async #measure(turn: Turn): Promise<number> {
    const { contextTokens } = await measurePrompt(this.#scope, turn.window, questionTurn(turn));
    return contextTokens.at(-1) ?? 0;
  }
}

/** Code of earlier turns, found or attached, that stands in a prompt with this window, and so in its KV cache. */
function held({ branch }: PromptScope, window: TurnWindow): readonly HeldCode[] {
  const found = turnsWithCode(branch, window).flatMap(({ codeText }) => heldBlocks(codeText));
  return [...found, ...shownTurns(branch, window).flatMap(({ question }) => question.attachments)];
}
