import { CentredRows } from "../../../../src/engine/guidance/centredRows";
import type { EmbeddingTable } from "../../../../src/engine/guidance/embeddingTable";
import { momentsOf, type QueryMoments } from "../../../../src/engine/guidance/queryMoments";
import type { RowScore } from "../../../../src/engine/guidance/similarity";
import { Random } from "../../../fixtures/random";

/** A table of the given rows. */
export function tableOf(rows: readonly (readonly number[])[]): EmbeddingTable {
  const width = rows[0]?.length ?? 0;
  return {
    width,
    count: rows.length,
    read: (token, into) => into.set(rows[token] ?? []),
  };
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

export function queryOf(rows: CentredRows, ...tokens: number[]): QueryMoments {
  return momentsOf(new Map(tokens.map((token) => [token, 1])), rows);
}

export function scoresOf(score: RowScore, rows: CentredRows, tokens: readonly number[]): number[] {
  const row = new Float32Array(rows.width);
  return tokens.map((token) => {
    rows.read(token, row);
    return score(row, token);
  });
}
