import type { VectorItem } from "./vectorCodec";

export const idBytes = 20;
/** Where the key begins in an id, behind the path's hash. */
const keyStart = 4;

/**
 * The vectors of one shard as they lie in its file, which is all the memory that they take, but for a table to find them
 * by their ids. Numbers are float32, or the rounded ones: a vector's length is 1, so its direction says all.
 */
export class PackedVectors {
  readonly count: number;
  readonly #dimensions: number;
  readonly #ids: Buffer;
  readonly #numbers: Float32Array | Int8Array;
  /** What rounded numbers are multiplied by, by vector. */
  readonly #scales: Float32Array | undefined;
  /** Places + 1 by the key's first bytes, 0 where there is none. */
  readonly #table: Int32Array;

  /** Takes the arrays over: ids of 20 bytes, and the numbers of all vectors one after the other. */
  constructor(ids: Buffer, numbers: Float32Array | Int8Array, dimensions: number) {
    this.count = ids.length / idBytes;
    this.#dimensions = dimensions;
    this.#ids = ids;
    this.#numbers = numbers;
    this.#scales = numbers instanceof Int8Array ? scalesOf(numbers, dimensions) : undefined;
    this.#table = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(4, this.count * 1.5))));
    for (let place = 0; place < this.count; place++) this.#enter(place);
  }

  static readonly empty = new PackedVectors(Buffer.alloc(0), new Float32Array(0), 1);

  /** The place of a vector; -1 when it is not here. `id`: 40 hex digits. */
  find(id: string): number {
    return this.#find(Buffer.from(id, "hex"), 0);
  }

  /** The place of a vector of any path whose text has this key; -1 for none. */
  findKey(key: string): number {
    return this.#find(Buffer.from("00".repeat(keyStart) + key, "hex"), keyStart);
  }

  id(place: number): string {
    return this.#ids.toString("hex", place * idBytes, (place + 1) * idBytes);
  }

  /** Of length 1. */
  vector(place: number): Float32Array {
    const numbers = this.#numbers.subarray(place * this.#dimensions, (place + 1) * this.#dimensions);
    const scale = this.#scales?.[place] ?? 1;
    return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers, (value) => value * scale);
  }

  /** The dot product with a vector. */
  dot(place: number, other: Float32Array): number {
    return dotAt(other, this.#numbers, place * this.#dimensions) * (this.#scales?.[place] ?? 1);
  }

  *items(): Generator<VectorItem, void, undefined> {
    for (let place = 0; place < this.count; place++) yield { id: this.id(place), vector: this.vector(place) };
  }

  /** Those at some places, in this order. */
  at(places: readonly number[]): PackedVectors {
    const size = this.#dimensions;
    const ids = Buffer.alloc(places.length * idBytes);
    const numbers = this.#numbers instanceof Int8Array ? new Int8Array(places.length * size) : new Float32Array(places.length * size);
    for (const [i, place] of places.entries()) {
      this.#ids.copy(ids, i * idBytes, place * idBytes, (place + 1) * idBytes);
      numbers.set(this.#numbers.subarray(place * size, (place + 1) * size), i * size);
    }
    return new PackedVectors(ids, numbers, size);
  }

  #enter(place: number): void {
    const mask = this.#table.length - 1;
    let at = this.#ids.readUInt32LE(place * idBytes + keyStart) & mask;
    while (this.#table[at] !== 0) at = (at + 1) & mask;
    this.#table[at] = place + 1;
  }

  /** The first one whose id is as wanted from a byte on. */
  #find(wanted: Buffer, from: number): number {
    if (wanted.length !== idBytes) return -1;
    const mask = this.#table.length - 1;
    let at = wanted.readUInt32LE(keyStart) & mask;
    for (let place = (this.#table[at] ?? 0) - 1; place >= 0; place = (this.#table[at] ?? 0) - 1) {
      if (wanted.compare(this.#ids, place * idBytes + from, (place + 1) * idBytes, from) === 0) return place;
      at = (at + 1) & mask;
    }
    return -1;
  }
}

function scalesOf(numbers: Int8Array, dimensions: number): Float32Array {
  const scales = new Float32Array(numbers.length / dimensions);
  for (let place = 0; place < scales.length; place++) {
    let squares = 0;
    for (let i = place * dimensions; i < (place + 1) * dimensions; i++) squares += (numbers[i] ?? 0) ** 2;
    scales[place] = 1 / Math.sqrt(squares);
  }
  return scales;
}

/** Four sums at once: the processor need not wait for one addition before the next. */
export function dotAt(a: Float32Array, b: Float32Array | Int8Array, start: number): number {
  const length = a.length;
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += (a[i] as number) * (b[start + i] as number);
    s1 += (a[i + 1] as number) * (b[start + i + 1] as number);
    s2 += (a[i + 2] as number) * (b[start + i + 2] as number);
    s3 += (a[i + 3] as number) * (b[start + i + 3] as number);
  }
  for (; i < length; i++) s0 += (a[i] as number) * (b[start + i] as number);
  return s0 + s1 + s2 + s3;
}
