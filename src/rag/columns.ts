/** Whole numbers (32 bits, signed) in a row that grows at its end, 4 bytes each. */
export class IntColumn {
  #values: Int32Array;
  #length: number;

  /** Takes the array over. */
  constructor(values: Int32Array = new Int32Array(0)) {
    this.#values = values;
    this.#length = values.length;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a value and returns its place. */
  push(value: number): number {
    if (this.#length === this.#values.length) this.#values = grown(this.#values, this.#length + 1, Int32Array);
    this.#values[this.#length] = value;
    return this.#length++;
  }

  /** -1 where there is none. */
  at(place: number): number {
    return place < this.#length ? (this.#values[place] ?? -1) : -1;
  }

  set(place: number, value: number): void {
    if (place < this.#length) this.#values[place] = value;
  }

  /** What is in it, in place: until the next `push`. */
  values(): Int32Array {
    return this.#values.subarray(0, this.#length);
  }
}

/** Bytes in a row that grows at its end. */
export class ByteColumn {
  #bytes: Uint8Array;
  #length: number;

  /** Takes the array over. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes;
    this.#length = bytes.length;
  }

  get length(): number {
    return this.#length;
  }

  push(part: Uint8Array): void {
    const end = this.#length + part.length;
    if (end > this.#bytes.length) this.#bytes = grown(this.#bytes, end, Uint8Array);
    this.#bytes.set(part, this.#length);
    this.#length = end;
  }

  /** A view, in place: until the next `push`. */
  slice(start: number, end: number): Uint8Array {
    return this.#bytes.subarray(start, Math.min(end, this.#length));
  }
}

/** The same values with room for half as many again, and at least for `least`. */
function grown<T extends Int32Array | Uint8Array>(values: T, least: number, Kind: new (length: number) => T): T {
  const larger = new Kind(Math.max(least, 64, Math.floor(values.length * 1.5)));
  larger.set(values);
  return larger;
}
