import { sample, type UnitRows } from "./centredRows";
import { ConvolutionBank, featureCount } from "./convolutionBank";
import { clampScore, dot, type RowScore, type Similarity } from "./similarity";
import type { QueryMoments } from "./queryMoments";

/** Rows that the common part of the features is taken from. */
const sampledRows = 1024;
/** Of the bank; another seed is another strategy, so it never changes. */
export const bankSeed = 1;

/**
 * The cosine of the features that a bank of convolutions finds in a token's vector and in the query's. ReLU makes all
 * features positive, so what they have in common over the vocabulary is taken off first. A token's features are kept:
 * a quarter of a kilobyte each.
 */
export class ConvolutionSimilarity implements Similarity {
  readonly #bank: ConvolutionBank;
  readonly #common: Float32Array;
  readonly #known = new Map<number, Float32Array>();

  constructor(rows: UnitRows, seed = bankSeed) {
    this.#bank = new ConvolutionBank(seed);
    this.#common = this.#average(rows);
  }

  towards(query: QueryMoments): RowScore {
    const wanted = query.isEmpty ? new Float32Array(featureCount) : this.#own(query.direction());
    return (row, token) => clampScore(dot(wanted, this.#featuresOf(row, token)));
  }

  #featuresOf(row: Float32Array, token: number): Float32Array {
    const known = this.#known.get(token) ?? this.#own(row);
    this.#known.set(token, known);
    return known;
  }

  /** What sets a vector's features apart, of length 1; zeros where nothing does. */
  #own(row: Float32Array): Float32Array {
    const features = this.#bank.features(row);
    const rest = features.map((value, i) => value - (this.#common[i] ?? 0));
    const length = Math.sqrt(dot(rest, rest));
    return rest.map((value) => (length > 0 ? value / length : 0));
  }

  #average(rows: UnitRows): Float32Array {
    const sums = new Float64Array(featureCount);
    const row = new Float32Array(rows.width);
    const tokens = sample(rows.count, sampledRows);
    for (const token of tokens) {
      rows.read(token, row);
      this.#bank.features(row).forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value));
    }
    return Float32Array.from(sums, (sum) => sum / Math.max(1, tokens.length));
  }
}
