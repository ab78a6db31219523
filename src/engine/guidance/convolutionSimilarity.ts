import { sample, type UnitRows } from "./centredRows";
import { convolutionBank, featureCount } from "./convolutionBank";
import type { QueryMoments } from "./queryMoments";
import { RowKernels } from "./rowKernels";
import { clampScore, type Similarity, type TokenScores } from "./similarity";

/** Rows that the common part of the features is taken from. */
const sampledRows = 1024;
/** Of the bank; another seed is another strategy, so it never changes. */
export const bankSeed = 1;

/**
 * The cosine of the features that a bank of convolutions finds in a token's vector and in the query's. ReLU makes all
 * features positive, so what they have in common over the vocabulary is taken off first.
 */
export class ConvolutionSimilarity implements Similarity {
  readonly #rows: UnitRows;
  readonly #bank: Float32Array;
  readonly #common: Float64Array;
  /** A query is no row of the vocabulary. */
  readonly #query: RowKernels;

  constructor(rows: UnitRows, seed = bankSeed) {
    this.#rows = rows;
    this.#query = new RowKernels(rows.width);
    this.#bank = convolutionBank(seed);
    this.#query.hold(0, this.#bank);
    this.#common = this.#average();
  }

  towards(query: QueryMoments): TokenScores {
    const wanted = this.#wanted(query);
    return (tokens) => this.#rows.measure(tokens, [this.#bank], (row) => clampScore(this.#cosine(row.convolve(0), wanted)));
  }

  /** What sets the query's features apart, of length 1; zeros for an empty one. */
  #wanted(query: QueryMoments): Float64Array {
    if (query.isEmpty) return new Float64Array(featureCount);
    this.#query.row.set(query.direction());
    const own = Float64Array.from(this.#query.convolve(0), (value, i) => value - (this.#common[i] ?? 0));
    const length = Math.sqrt(own.reduce((squares, value) => squares + value * value, 0));
    return own.map((value) => (length > 0 ? value / length : 0));
  }

  /** Of what sets the features apart; 0 where nothing does. */
  #cosine(features: Float32Array, wanted: Float64Array): number {
    let [product, squares] = [0, 0];
    for (let i = 0; i < featureCount; i++) {
      const own = (features[i] ?? 0) - (this.#common[i] ?? 0);
      product += own * (wanted[i] ?? 0);
      squares += own * own;
    }
    return product === 0 ? 0 : product / Math.sqrt(squares);
  }

  #average(): Float64Array {
    const sums = new Float64Array(featureCount);
    const tokens = sample(this.#rows.count, sampledRows);
    this.#rows.measure(tokens, [this.#bank], (row) => {
      row.convolve(0).forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value));
      return 0;
    });
    return sums.map((sum) => sum / Math.max(1, tokens.length));
  }
}
