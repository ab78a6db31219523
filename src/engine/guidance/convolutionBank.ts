import { bankShape } from "./rowKernels";
import { seededNormals } from "./seededNumbers";

/** Features of a vector: filters x pools. */
export const featureCount = bankShape.filters * bankShape.pools;

/**
 * A bank of 1-D convolutions with random filters of length 1: 4 kernels of 8 values, for a stride of 8, a ReLU and means
 * over 16 parts of the vector (`RowKernels.convolve`). The same seed makes the same filters. Neighbours in an embedding
 * have nothing in common, so this is a random feature map, not a detector of patterns.
 * @returns the first value of each filter, then the second ...
 */
export function convolutionBank(seed: number): Float32Array {
  const { filters, kernel } = bankShape;
  const normal = seededNormals(seed);
  const rows = Array.from({ length: filters }, () => unit(Array.from({ length: kernel }, normal)));
  return Float32Array.from({ length: filters * kernel }, (_, i) => rows[i % filters]?.[Math.floor(i / filters)] ?? 0);
}

function unit(values: readonly number[]): readonly number[] {
  const length = Math.hypot(...values);
  return values.map((value) => (length > 0 ? value / length : 0));
}
