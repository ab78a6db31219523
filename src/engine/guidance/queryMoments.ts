import type { UnitRows } from "./centredRows";

/** Tokens that a query is made of, with the weight of each. */
export type WeightedTokens = ReadonlyMap<number, number>;

/** Weighted sums over the vectors that a query is made of: what its mean and its spread are computed from. */
export class QueryMoments {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  weight = 0;
  /** Sum of the squared weights: `weight`² over it is how many vectors the query is worth. */
  weightSquares = 0;

  constructor(readonly width: number) {
    this.sums = new Float64Array(width);
    this.squares = new Float64Array(width);
  }

  get isEmpty(): boolean {
    return this.weight === 0;
  }

  /** Number of equally weighted vectors that would tell as much. */
  get worth(): number {
    return this.weightSquares === 0 ? 0 : this.weight ** 2 / this.weightSquares;
  }

  add(row: Float32Array, weight: number): void {
    for (let i = 0; i < row.length; i++) {
      const value = row[i] ?? 0;
      this.sums[i] = (this.sums[i] ?? 0) + weight * value;
      this.squares[i] = (this.squares[i] ?? 0) + weight * value * value;
    }
    this.weight += weight;
    this.weightSquares += weight * weight;
  }

  /** All that was added counts `factor` as much. */
  fade(factor: number): void {
    for (let i = 0; i < this.width; i++) {
      this.sums[i] = (this.sums[i] ?? 0) * factor;
      this.squares[i] = (this.squares[i] ?? 0) * factor;
    }
    this.weight *= factor;
    this.weightSquares *= factor * factor;
  }

  /** The two together, of which `share` (0 to 1) is the other's. An empty one leaves all to the one that is not. */
  mixedWith(other: QueryMoments, share: number): QueryMoments {
    if (other.isEmpty) return this;
    if (this.isEmpty) return other;
    const mixed = new QueryMoments(this.width);
    mixed.#include(this, (1 - share) / this.weight);
    mixed.#include(other, share / other.weight);
    return mixed;
  }

  #include(other: QueryMoments, factor: number): void {
    for (let i = 0; i < this.width; i++) {
      this.sums[i] = (this.sums[i] ?? 0) + factor * (other.sums[i] ?? 0);
      this.squares[i] = (this.squares[i] ?? 0) + factor * (other.squares[i] ?? 0);
    }
    this.weight += factor * other.weight;
    this.weightSquares += factor * factor * other.weightSquares;
  }

  /** The query itself: the direction of the mean, of length 1; zeros where there is none. */
  direction(): Float32Array {
    const length = Math.sqrt(this.sums.reduce((squares, sum) => squares + sum * sum, 0));
    return Float32Array.from(this.sums, (sum) => (length > 0 ? sum / length : 0));
  }
}

/** Tokens without a vector of their own are left out. */
export function momentsOf(tokens: WeightedTokens, rows: UnitRows): QueryMoments {
  const moments = new QueryMoments(rows.width);
  const row = new Float32Array(rows.width);
  for (const [token, weight] of tokens) if (rows.read(token, row)) moments.add(row, weight);
  return moments;
}
