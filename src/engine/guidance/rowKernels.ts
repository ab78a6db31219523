import kernelBytes from "./assembly/kernels.wasm";

/** What assembly/kernels.ts exports: addresses in bytes, counts in values. */
interface Kernels {
  readonly decodeF32: Decoder;
  readonly decodeF16: Decoder;
  readonly decodeBF16: Decoder;
  readonly decodeQ8: Decoder;
  readonly decodeQ4K: Decoder;
  readonly decodeQ5K: Decoder;
  readonly decodeQ6K: Decoder;
  readonly subtract: (row: number, other: number, count: number) => number;
  readonly dot: (row: number, other: number, count: number) => number;
  readonly weightedSquares: (row: number, weights: number, count: number) => number;
  readonly convolve: (row: number, filters: number, into: number, count: number, pools: number) => void;
}

type Decoder = (from: number, into: number, count: number) => void;

/** By the tensor type's number in the file (ggml's `ggml_type`). */
const decoders = {
  0: "decodeF32",
  1: "decodeF16",
  8: "decodeQ8",
  12: "decodeQ4K",
  13: "decodeQ5K",
  14: "decodeQ6K",
  30: "decodeBF16",
} as const satisfies Readonly<Record<number, keyof Kernels>>;

/** A tensor type whose rows can be read. */
export type RowType = keyof typeof decoders;

export function isRowType(type: number): type is RowType {
  return type in decoders;
}

/** Filters of a bank of convolutions, values that each looks at, and parts of a row of which each has a mean of its own. */
export const bankShape = { filters: 4, kernel: 8, pools: 16 } as const;

/** Vectors that rows can be measured against at a time. */
const slots = 3;
const alignment = 16;
const pageBytes = 65_536;

let compiled: WebAssembly.Module | undefined;

/**
 * One vector of a model at a time, in the memory of WebAssembly with SIMD: read from a model file's bytes, and measured
 * against vectors that are held beside it. 256 vectors of 3,072 values take 0.7 ms; JavaScript took 2.6. The results are
 * the same bits on every processor.
 */
export class RowKernels {
  /** The vector: `width` values. */
  readonly row: Float32Array;
  readonly #kernels: Kernels;
  /** The row with zeros up to a whole number of eights, which are what the kernels take. */
  readonly #padded: Float32Array;
  readonly #bytes: Uint8Array;
  readonly #held: readonly Float32Array[];
  readonly #features: Float32Array;

  /** @param width values of a vector */
  constructor(readonly width: number) {
    const count = Math.ceil(width / bankShape.kernel) * bankShape.kernel;
    const layout = new Layout();
    // No type has more bytes than F32.
    const bytes = layout.add(count * 4);
    const row = layout.add(count * 4);
    const held = Array.from({ length: slots }, () => layout.add(Math.max(count, bankShape.filters * bankShape.kernel) * 4));
    const features = layout.add(bankShape.filters * bankShape.pools * 4);
    const memory = new WebAssembly.Memory({ initial: Math.ceil(layout.bytes / pageBytes) });
    const floats = ({ at, bytes: length }: Area) => new Float32Array(memory.buffer, at, length / 4);
    this.#bytes = new Uint8Array(memory.buffer, bytes.at, bytes.bytes);
    this.#padded = floats(row);
    this.row = this.#padded.subarray(0, width);
    this.#held = held.map(floats);
    this.#features = floats(features);
    compiled ??= new WebAssembly.Module(kernelBytes);
    this.#kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Kernels;
  }

  /** Takes a row of a model file. */
  decode(type: RowType, bytes: Uint8Array): void {
    this.#bytes.set(bytes);
    this.#kernels[decoders[type]](this.#bytes.byteOffset, this.row.byteOffset, this.width);
    this.#padded.fill(0, this.width);
  }

  /** Holds a vector to measure rows against, instead of the one that the slot held: 0, 1 or 2. */
  hold(slot: number, vector: ArrayLike<number>): void {
    const held = this.#slot(slot);
    held.fill(0);
    held.set(vector);
  }

  /** Takes a held vector off the row; gives the sum of the squares of what remains. */
  subtract(slot: number): number {
    return this.#kernels.subtract(this.row.byteOffset, this.#slot(slot).byteOffset, this.#padded.length);
  }

  /** The inner product of the row and a held vector. */
  dot(slot: number): number {
    return this.#kernels.dot(this.row.byteOffset, this.#slot(slot).byteOffset, this.#padded.length);
  }

  /** Sum of the row's squared values, each times its weight in a held vector. */
  weightedSquares(slot: number): number {
    return this.#kernels.weightedSquares(this.row.byteOffset, this.#slot(slot).byteOffset, this.#padded.length);
  }

  /**
   * Features of the row by the bank of filters that is held: the first value of each filter, then the second ... Shapes:
   * width -> 4 x ceil(width / 8) -> 4 x 16 -> 64. They are overwritten by the next call.
   */
  convolve(slot: number): Float32Array {
    this.#kernels.convolve(this.row.byteOffset, this.#slot(slot).byteOffset, this.#features.byteOffset, this.#padded.length, bankShape.pools);
    return this.#features;
  }

  #slot(slot: number): Float32Array {
    const held = this.#held[slot];
    if (!held) throw new RangeError(`There is no slot ${slot}.`);
    return held;
  }
}

interface Area {
  readonly at: number;
  readonly bytes: number;
}

/** Areas behind one another. */
class Layout {
  bytes = 0;

  add(bytes: number): Area {
    const at = this.bytes;
    this.bytes = Math.ceil((at + bytes) / alignment) * alignment;
    return { at, bytes };
  }
}
