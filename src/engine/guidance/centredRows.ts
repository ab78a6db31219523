import type { EmbeddingTable } from "./embeddingTable";
import { RowKernels } from "./rowKernels";

/** So many rows, evenly spaced, stand for the whole vocabulary where its mean is wanted. */
const sampledRows = 4096;
/** Where the kernels hold the mean; the vectors of a measure stand behind it. */
const meanSlot = 0;

/** One token's vector, of length 1, beside the vectors that it is measured against. */
export interface MeasuredRow {
  /** The inner product with a vector, by its place among those given. */
  dot(vector: number): number;
  /** Sum of the row's squared values, each times its weight in a vector. */
  weightedSquares(vector: number): number;
  /** Features by a bank of filters that is given as a vector (convolutionBank.ts). Overwritten by the next call. */
  convolve(vector: number): Float32Array;
}

/** Vectors of the vocabulary less their mean, of length 1. */
export interface UnitRows {
  readonly width: number;
  readonly count: number;
  /** Variance of each value over the vocabulary. */
  readonly variances: Float32Array;
  /** Writes the vector of a token. False: the token's vector is the mean itself, and zeros were written. */
  read(token: number, into: Float32Array): boolean;
  /** Measures each token's vector against at most two others; 0 for one whose vector is the mean itself. */
  measure(tokens: readonly number[], against: readonly ArrayLike<number>[], by: (row: MeasuredRow) => number): Float32Array;
}

/**
 * All rows of a vocabulary share a large common part, which makes every two of them look alike; without it angles tell
 * near from far (Mu and Viswanath, "All-but-the-Top", 2018). Mean and variances are those of a sample: 50 ms at a width
 * of 3,072.
 */
export class CentredRows implements UnitRows {
  readonly variances: Float32Array;
  readonly #kernels: RowKernels;
  readonly #measured: Measured;

  constructor(readonly table: EmbeddingTable) {
    this.#kernels = new RowKernels(table.width);
    this.#measured = new Measured(this.#kernels);
    this.#kernels.hold(meanSlot, this.#average((token, sums) => this.#addValues(token, sums)));
    this.variances = Float32Array.from(this.#average((token, sums) => this.#addSquares(token, sums)));
  }

  get width(): number {
    return this.table.width;
  }

  get count(): number {
    return this.table.count;
  }

  read(token: number, into: Float32Array): boolean {
    const length = this.#load(token);
    if (length === 0) {
      into.fill(0);
      return false;
    }
    into.set(this.#kernels.row);
    scale(into, 1 / length);
    return true;
  }

  measure(tokens: readonly number[], against: readonly ArrayLike<number>[], by: (row: MeasuredRow) => number): Float32Array {
    against.forEach((vector, i) => this.#kernels.hold(meanSlot + 1 + i, vector));
    const measured = this.#measured;
    return Float32Array.from(tokens, (token) => {
      measured.length = this.#load(token);
      return measured.length === 0 ? 0 : by(measured);
    });
  }

  /** Takes a token's vector, less the mean, into the kernels; gives its length, 0 where nothing remains. */
  #load(token: number): number {
    this.#kernels.decode(this.table.type, this.table.rowBytes(token));
    const length = Math.sqrt(this.#kernels.subtract(meanSlot));
    return Number.isFinite(length) ? length : 0;
  }

  #addValues(token: number, sums: Float64Array): void {
    this.#kernels.decode(this.table.type, this.table.rowBytes(token));
    const { row } = this.#kernels;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (row[i] ?? 0);
  }

  #addSquares(token: number, sums: Float64Array): void {
    const length = this.#load(token);
    if (length === 0) return;
    const { row } = this.#kernels;
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + ((row[i] ?? 0) / length) ** 2;
  }

  #average(add: (token: number, sums: Float64Array) => void): Float64Array {
    const sums = new Float64Array(this.width);
    const tokens = sample(this.count);
    for (const token of tokens) add(token, sums);
    return sums.map((sum) => sum / Math.max(1, tokens.length));
  }
}

/** The kernels have the row as long as it is; its measures are brought to a length of 1. */
class Measured implements MeasuredRow {
  length = 1;

  constructor(readonly kernels: RowKernels) {}

  dot(vector: number): number {
    return this.kernels.dot(meanSlot + 1 + vector) / this.length;
  }

  weightedSquares(vector: number): number {
    return this.kernels.weightedSquares(meanSlot + 1 + vector) / (this.length * this.length);
  }

  convolve(vector: number): Float32Array {
    const features = this.kernels.convolve(meanSlot + 1 + vector);
    scale(features, 1 / this.length);
    return features;
  }
}

/** Evenly spaced tokens of a vocabulary of `count`, always the same. */
export function sample(count: number, most = sampledRows): readonly number[] {
  const wanted = Math.min(count, most);
  return Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted));
}

function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
}
