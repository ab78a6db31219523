import { scale } from "./centredRows";
import { seededNormals } from "./seededNumbers";

/** Values that a filter looks at; the next place begins right behind them. */
const kernel = 8;
const filters = 4;
/** Parts of a vector, of which each has a mean of its own. */
const pools = 16;

/** Features of a vector: `filters` x `pools`. */
export const featureCount = filters * pools;

/**
 * Features of a vector by a bank of 1-D convolutions with random filters: 4 kernels of 8 values at a stride of 8, a
 * ReLU, and means over 16 parts of the vector. Shapes: width -> 4 x ceil(width / 8) -> 4 x 16 -> 64. The same seed
 * makes the same filters. Neighbours in an embedding have nothing in common, so this is a random feature map, not a
 * detector of patterns.
 */
export class ConvolutionBank {
  /** The first value of each filter, then the second ... */
  readonly #weights: Float32Array;

  constructor(seed: number) {
    const normal = seededNormals(seed);
    const rows = Array.from({ length: filters }, () => unit(Float32Array.from({ length: kernel }, () => normal())));
    this.#weights = Float32Array.from({ length: filters * kernel }, (_, i) => rows[i % filters]?.[Math.floor(i / filters)] ?? 0);
  }

  features(row: Float32Array): Float32Array {
    const found = new Float32Array(featureCount);
    const counts = new Uint32Array(pools);
    const places = Math.ceil(row.length / kernel);
    for (let place = 0; place < places; place++) {
      const pool = Math.floor((place * pools) / places);
      counts[pool] = (counts[pool] ?? 0) + 1;
      this.#addResponses(row, place * kernel, found, pool);
    }
    for (let i = 0; i < featureCount; i++) found[i] = (found[i] ?? 0) / Math.max(1, counts[i % pools] ?? 1);
    return found;
  }

  /** Adds what each filter says to eight values; beyond the end there are zeros. Written out, since most of the time goes here. */
  #addResponses(row: Float32Array, from: number, found: Float32Array, pool: number): void {
    const weights = this.#weights;
    const end = Math.min(kernel, row.length - from);
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let i = 0; i < end; i++) {
      const value = row[from + i] ?? 0;
      a += value * (weights[i * filters] ?? 0);
      b += value * (weights[i * filters + 1] ?? 0);
      c += value * (weights[i * filters + 2] ?? 0);
      d += value * (weights[i * filters + 3] ?? 0);
    }
    addPositive(found, pool, a);
    addPositive(found, pool + pools, b);
    addPositive(found, pool + 2 * pools, c);
    addPositive(found, pool + 3 * pools, d);
  }
}

function addPositive(found: Float32Array, at: number, value: number): void {
  if (value > 0) found[at] = (found[at] ?? 0) + value;
}

function unit(values: Float32Array): Float32Array {
  const length = Math.hypot(...values);
  scale(values, length > 0 ? 1 / length : 0);
  return values;
}
