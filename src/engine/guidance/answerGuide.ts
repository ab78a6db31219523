import type { Guidance } from "../ports";
import type { StepGuide } from "../runtime";
import { entropyShare } from "./adaptiveScale";
import type { UnitRows } from "./centredRows";
import { QueryMoments } from "./queryMoments";
import type { Similarity, TokenScores } from "./similarity";

/** Share of a dynamic query that the generated tokens have. */
const generatedShare = 0.5;
/** What a generated token still counts when the next one has come: half after seven of them. */
const fading = 0.9;
/** A logit that changes by less is left alone, so a sure model costs nothing. */
const leastEffect = 1e-3;

export interface AnswerGuideOptions {
  readonly guidance: Guidance;
  readonly rows: UnitRows;
  readonly similarity: Similarity;
  /** Of the question, or of the retrieved code. */
  readonly query: QueryMoments;
  /** The scores for that query. */
  readonly towards: TokenScores;
  /** The answer's tokens so far, which the list goes on to collect. */
  readonly generated: readonly number[];
  /** False for special and end tokens, which are never raised. */
  readonly isContent: (token: number) => boolean;
}

/** Steers the draws of one answer. The same options and tokens give the same changes. */
export class AnswerGuide implements StepGuide {
  readonly candidates: number;
  readonly #options: AnswerGuideOptions;
  readonly #row: Float32Array;
  readonly #recent: QueryMoments;
  /** Scores of tokens for the query as it is; NaN where not known. */
  readonly #known: Float32Array;
  #followed = 0;
  #scores: TokenScores;

  constructor(options: AnswerGuideOptions) {
    const { guidance, rows, towards } = options;
    this.#options = options;
    this.candidates = guidance.topN;
    this.#row = new Float32Array(rows.width);
    this.#recent = new QueryMoments(rows.width);
    this.#known = new Float32Array(rows.count).fill(NaN);
    this.#scores = towards;
  }

  adjust(tokens: Uint32Array, shares: Float32Array): Float32Array {
    const { scale, adaptive, query } = this.#options.guidance;
    const changes = new Float32Array(tokens.length);
    if (query === "dynamic") this.#follow();
    const factor = adaptive ? scale * entropyShare(shares) : scale;
    if (factor < leastEffect) return changes;
    this.#learn(tokens);
    return changes.map((_, i) => factor * (this.#known[tokens[i] ?? 0] ?? 0));
  }

  /** Scores the tokens whose score for this query is not known. */
  #learn(tokens: Uint32Array): void {
    const { isContent } = this.#options;
    const known = this.#known;
    const others: number[] = [];
    for (const token of tokens) {
      if (!Number.isNaN(known[token] ?? 0)) continue;
      if (isContent(token)) others.push(token);
      else known[token] = 0;
    }
    const scores = this.#scores(others);
    others.forEach((token, i) => (known[token] = scores[i] ?? 0));
  }

  /** Takes the tokens that were drawn since the last step into the query. */
  #follow(): void {
    const { generated, rows, isContent, similarity, query } = this.#options;
    if (generated.length === this.#followed) return;
    for (; this.#followed < generated.length; this.#followed++) {
      const token = generated[this.#followed] ?? 0;
      this.#recent.fade(fading);
      if (isContent(token) && rows.read(token, this.#row)) this.#recent.add(this.#row, 1);
    }
    this.#scores = similarity.towards(query.mixedWith(this.#recent, generatedShare));
    this.#known.fill(NaN);
  }
}
