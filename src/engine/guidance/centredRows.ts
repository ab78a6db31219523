import type { EmbeddingTable } from "./embeddingTable";
import { RecentRows } from "./recentRows";
import { dot } from "./similarity";

/** So many rows, evenly spaced, stand for the whole vocabulary where its mean is wanted. */
const sampledRows = 4096;
/** Vectors that are kept decoded: 12 MB at a width of 3,072. */
const keptRows = 1024;

/** Vectors of the vocabulary less their mean, of length 1. */
export interface UnitRows {
  readonly width: number;
  readonly count: number;
  /** Variance of each value over the vocabulary. */
  readonly variances: Float32Array;
  /** Writes the vector of a token. False: the token's vector is the mean itself, and zeros were written. */
  read(token: number, into: Float32Array): boolean;
}

/**
 * All rows of a vocabulary share a large common part, which makes every two of them look alike; without it angles tell
 * near from far (Mu and Viswanath, "All-but-the-Top", 2018). Mean and variances are those of a sample: about 0.1 s.
 */
export class CentredRows implements UnitRows {
  readonly variances: Float32Array;
  readonly #mean: Float32Array;
  #recent: RecentRows | undefined;

  constructor(readonly table: EmbeddingTable) {
    this.#mean = new Float32Array(table.width);
    this.#mean = Float32Array.from(this.#averages((row) => (table.read(row.token, row.values), row.values)));
    const squares = this.#averages((row) => (this.read(row.token, row.values), row.values.map((value) => value * value)));
    this.variances = Float32Array.from(squares);
    // From here on: the sample above is read once and does not come again.
    this.#recent = new RecentRows(table.width, keptRows);
  }

  get width(): number {
    return this.table.width;
  }

  get count(): number {
    return this.table.count;
  }

  read(token: number, into: Float32Array): boolean {
    if (this.#recent?.read(token, into)) return true;
    const isVector = this.#decode(token, into);
    if (isVector) this.#recent?.keep(token, into);
    return isVector;
  }

  #decode(token: number, into: Float32Array): boolean {
    this.table.read(token, into);
    const mean = this.#mean;
    for (let i = 0; i < into.length; i++) into[i] = (into[i] ?? 0) - (mean[i] ?? 0);
    const squares = dot(into, into);
    if (!(squares > 0 && Number.isFinite(squares))) {
      into.fill(0);
      return false;
    }
    scale(into, 1 / Math.sqrt(squares));
    return true;
  }

  #averages(valuesOf: (row: { readonly token: number; readonly values: Float32Array }) => Float32Array): Float64Array {
    const sums = new Float64Array(this.width);
    const row = new Float32Array(this.width);
    const tokens = sample(this.count);
    for (const token of tokens) {
      const values = valuesOf({ token, values: row });
      for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (values[i] ?? 0);
    }
    return sums.map((sum) => sum / Math.max(1, tokens.length));
  }
}

/** Evenly spaced tokens of a vocabulary of `count`, always the same. */
export function sample(count: number, most = sampledRows): readonly number[] {
  const wanted = Math.min(count, most);
  return Array.from({ length: wanted }, (_, i) => Math.floor((i * count) / wanted));
}

export function scale(values: Float32Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] ?? 0) * factor;
}
