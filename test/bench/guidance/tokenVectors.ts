import type { EmbeddingTable } from "../../../src/engine/guidance/embeddingTable";
import { floatTable } from "../../fixtures/floatTable";
import { Random } from "../../fixtures/random";

const window = 4;
const rounds = 4;

/**
 * A vector for each token, trained by counting: the positive pointwise mutual information of tokens within four places
 * of each other, cut to `width` dimensions by subspace iteration (Levy and Goldberg, 2014).
 */
export function trainVectors(texts: readonly (readonly number[])[], vocabulary: number, width: number): EmbeddingTable {
  const matrix = mutualInformation(texts, vocabulary);
  let vectors = randomMatrix(vocabulary, width);
  for (let round = 0; round < rounds; round++) {
    orthonormalise(vectors, vocabulary, width);
    vectors = multiply(matrix, vectors, vocabulary, width);
  }
  return floatTable(Float32Array.from(vectors), width);
}

interface Entry {
  readonly row: number;
  readonly column: number;
  readonly value: number;
}

function mutualInformation(texts: readonly (readonly number[])[], vocabulary: number): readonly Entry[] {
  const pairs = new Map<number, number>();
  const totals = new Float64Array(vocabulary);
  let all = 0;
  for (const text of texts) {
    for (let at = 0; at < text.length; at++) {
      for (let other = Math.max(0, at - window); other < at; other++) {
        for (const [row = 0, column = 0] of [[text[at], text[other]], [text[other], text[at]]]) {
          pairs.set(row * vocabulary + column, (pairs.get(row * vocabulary + column) ?? 0) + 1);
          totals[row] = (totals[row] ?? 0) + 1;
          all++;
        }
      }
    }
  }
  return [...pairs].flatMap(([pair, count]) => {
    const [row, column] = [Math.floor(pair / vocabulary), pair % vocabulary];
    const value = Math.log((count * all) / ((totals[row] ?? 1) * (totals[column] ?? 1)));
    return value > 0 ? [{ row, column, value }] : [];
  });
}

function randomMatrix(rows: number, width: number): Float64Array {
  const random = new Random(17);
  return Float64Array.from({ length: rows * width }, () => random.around(1));
}

function multiply(entries: readonly Entry[], vectors: Float64Array, rows: number, width: number): Float64Array {
  const product = new Float64Array(rows * width);
  for (const { row, column, value } of entries) {
    for (let i = 0; i < width; i++) product[row * width + i] = (product[row * width + i] ?? 0) + value * (vectors[column * width + i] ?? 0);
  }
  return product;
}

/** Columns become perpendicular and of length 1 (Gram and Schmidt). */
function orthonormalise(vectors: Float64Array, rows: number, width: number): void {
  for (let column = 0; column < width; column++) {
    for (let other = 0; other < column; other++) addColumn(vectors, rows, width, column, other, -along(vectors, rows, width, column, other));
    const length = Math.sqrt(along(vectors, rows, width, column, column)) || 1;
    for (let row = 0; row < rows; row++) vectors[row * width + column] = (vectors[row * width + column] ?? 0) / length;
  }
}

function along(vectors: Float64Array, rows: number, width: number, a: number, b: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += (vectors[row * width + a] ?? 0) * (vectors[row * width + b] ?? 0);
  return sum;
}

function addColumn(vectors: Float64Array, rows: number, width: number, to: number, from: number, factor: number): void {
  for (let row = 0; row < rows; row++) vectors[row * width + to] = (vectors[row * width + to] ?? 0) + factor * (vectors[row * width + from] ?? 0);
}
