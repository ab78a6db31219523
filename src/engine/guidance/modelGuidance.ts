import { raceSignal } from "../../common/raceSignal";
import type { Guidance } from "../ports";
import type { StepGuide } from "../runtime";
import { AnswerGuide } from "./answerGuide";
import { BayesianSimilarity } from "./bayesianSimilarity";
import { CentredRows } from "./centredRows";
import { ConvolutionSimilarity } from "./convolutionSimilarity";
import { CosineSimilarity } from "./cosineSimilarity";
import type { EmbeddingTable } from "./embeddingTable";
import { momentsOf } from "./queryMoments";
import { type PromptParts, queryTokens } from "./queryTokens";
import type { Similarity } from "./similarity";

export interface GuideRequest {
  readonly guidance: Guidance;
  readonly parts: PromptParts;
  /** The answer's; what is drawn at chance is drawn with it. */
  readonly seed: number;
  /** False for special and end tokens. */
  readonly isContent: (token: number) => boolean;
}

/** Makes the guide of an answer from the list that its tokens are collected in. */
export type MakeGuide = (generated: readonly number[]) => StepGuide;

/** What all guided answers of a model share: its token embeddings, read at the first need and kept. */
export class ModelGuidance {
  readonly #open: () => Promise<EmbeddingTable>;
  #rows: Promise<CentredRows> | undefined;
  #convolutions: ConvolutionSimilarity | undefined;

  constructor(open: () => Promise<EmbeddingTable>) {
    this.#open = open;
  }

  /** Throws what opening the embeddings throws, "bad-use" for a query without tokens, and an AbortError. */
  async prepare({ guidance, parts, seed, isContent }: GuideRequest, signal: AbortSignal): Promise<MakeGuide> {
    const rows = await raceSignal(this.#opened(), signal);
    const similarity = this.#similarity(guidance, rows, seed);
    const query = momentsOf(queryTokens(guidance.query, parts, isContent), rows);
    const towards = similarity.towards(query);
    return (generated) => new AnswerGuide({ guidance, rows, similarity, query, towards, generated, isContent });
  }

  /** A failure is not kept: the file may be back. */
  #opened(): Promise<CentredRows> {
    this.#rows ??= this.#open().then(
      (table) => new CentredRows(table),
      (error: unknown) => {
        this.#rows = undefined;
        throw error;
      },
    );
    return this.#rows;
  }

  #similarity({ strategy }: Guidance, rows: CentredRows, seed: number): Similarity {
    switch (strategy) {
      case "cosine":
        return new CosineSimilarity(rows);
      case "cnn":
        return (this.#convolutions ??= new ConvolutionSimilarity(rows));
      case "bayesian":
        return new BayesianSimilarity(rows);
      case "thompson":
        return new BayesianSimilarity(rows, { choice: { kind: "thompson", seed } });
      default:
        return strategy satisfies never;
    }
  }
}
