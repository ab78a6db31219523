import { CentredRows, type MeasuredRow, type UnitRows } from "../../../../src/engine/guidance/centredRows";
import type { EmbeddingTable } from "../../../../src/engine/guidance/embeddingTable";
import { momentsOf, type QueryMoments } from "../../../../src/engine/guidance/queryMoments";
import { floatTable } from "../../../fixtures/floatTable";
import { Random } from "../../../fixtures/random";

/** A table of the given rows. */
export function tableOf(rows: readonly (readonly number[])[]): EmbeddingTable {
  return floatTable(Float32Array.from(rows.flat()), rows[0]?.length ?? 0);
}

/** Rows with zero mean: each of `rows` and its opposite, the opposites behind them. */
export function balanced(rows: readonly (readonly number[])[]): CentredRows {
  return new CentredRows(tableOf([...rows, ...rows.map((row) => row.map((value) => -value))]));
}

/** `count` random rows of `width`, the same for the same seed. */
export function randomRows(count: number, width: number, seed = 1): CentredRows {
  const random = new Random(seed);
  return new CentredRows(tableOf(Array.from({ length: count }, () => Array.from({ length: width }, () => random.around(1)))));
}

export function queryOf(rows: UnitRows, ...tokens: number[]): QueryMoments {
  return momentsOf(new Map(tokens.map((token) => [token, 1])), rows);
}

/** Rows that are of length 1 already, measured in double precision and without the kernels. */
export class PlainRows implements UnitRows {
  readonly width: number;

  constructor(
    readonly rows: readonly (readonly number[])[],
    readonly variances: Float32Array,
  ) {
    this.width = rows[0]?.length ?? 0;
  }

  get count(): number {
    return this.rows.length;
  }

  read(token: number, into: Float32Array): boolean {
    into.set(this.rows[token] ?? []);
    return true;
  }

  measure(tokens: readonly number[], against: readonly ArrayLike<number>[], by: (row: MeasuredRow) => number): Float32Array {
    return Float32Array.from(tokens, (token) => by(plainRow(this.rows[token] ?? [], against)));
  }
}

function plainRow(row: readonly number[], against: readonly ArrayLike<number>[]): MeasuredRow {
  const sumOf = (vector: number, term: (value: number) => number) => row.reduce((sum, value, i) => sum + term(value) * (against[vector]?.[i] ?? 0), 0);
  return {
    dot: (vector) => sumOf(vector, (value) => value),
    weightedSquares: (vector) => sumOf(vector, (value) => value * value),
    convolve: (vector) => plainFeatures(row, against[vector] ?? []),
  };
}

/** As the convolution bank's description says it: 4 filters of 8 values at a stride of 8, ReLU, means over 16 parts. */
function plainFeatures(row: readonly number[], bank: ArrayLike<number>): Float32Array {
  const places = Math.ceil(row.length / 8);
  const parts = Array.from({ length: 16 }, (_, part) => Array.from({ length: places }, (_, place) => place).filter((place) => Math.floor((place * 16) / places) === part));
  const response = (place: number, filter: number) => Math.max(0, [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, i) => sum + (row[place * 8 + i] ?? 0) * (bank[i * 4 + filter] ?? 0), 0));
  return Float32Array.from(parts.flatMap((inPart) => [0, 1, 2, 3].map((filter) => inPart.reduce((sum, place) => sum + response(place, filter), 0) / Math.max(1, inPart.length))));
}
