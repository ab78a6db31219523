import { ByteColumn, IntColumn } from "./columns";

const lineEnd = 0x0a;
const firstPlaces = 1024;

/** FNV-1a, 32 bits. */
const hashStart = 0x811c9dc5;
const hashFactor = 0x01000193;

/** Terms by number, packed: each in UTF-8 behind the one before, with a line end between them, which no term has in it. As texts they would take six times the memory. */
export class TermTexts {
  readonly #bytes: ByteColumn;
  /** Where each begins, and behind the last one where the next one would. */
  readonly #starts: IntColumn;
  /** Numbers + 1 by the hash of the term, 0 where there is none. */
  #places: Int32Array;
  #scratch = Buffer.alloc(256);

  /** Takes over what `bytes` gave. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = new ByteColumn(bytes);
    this.#starts = new IntColumn(startsIn(bytes));
    this.#places = this.#placed();
  }

  get size(): number {
    return this.#starts.length - 1;
  }

  /** All terms in a row, in place: until the next one comes. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#bytes.length);
  }

  /** Some of them, as `bytes` has them. */
  bytesOf(numbers: readonly number[]): Uint8Array {
    const chosen = new TermTexts();
    for (const number of numbers) chosen.#push(this.#slice(number));
    return chosen.#bytes.slice(0, chosen.#bytes.length).slice();
  }

  at(number: number): string {
    if (number < 0 || number >= this.size) return "";
    const bytes = this.#slice(number);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  }

  /** Terms from a number on, as they lie in the bytes. */
  forEachFrom(first: number, act: (number: number, bytes: Uint8Array, start: number, end: number) => void): void {
    const bytes = this.bytes();
    for (let number = first; number < this.size; number++) act(number, bytes, this.#starts.at(number), this.#starts.at(number + 1) - 1);
  }

  find(term: string): number | undefined {
    const known = this.#places[this.#placeOf(this.#encoded(term))] ?? 0;
    return known > 0 ? known - 1 : undefined;
  }

  /** The term's number; a new term gets the next one. */
  add(term: string): number {
    const bytes = this.#encoded(term);
    const place = this.#placeOf(bytes);
    const known = this.#places[place] ?? 0;
    if (known > 0) return known - 1;
    const number = this.size;
    this.#push(bytes);
    this.#places[place] = number + 1;
    if (this.size * 2 > this.#places.length) this.#places = this.#placed();
    return number;
  }

  #push(bytes: Uint8Array): void {
    if (this.size > 0) this.#bytes.push(separator);
    this.#bytes.push(bytes);
    this.#starts.push(this.#bytes.length + 1);
  }

  #slice(number: number): Uint8Array {
    return this.#bytes.slice(this.#starts.at(number), this.#starts.at(number + 1) - 1);
  }

  /** Valid until the next call. */
  #encoded(term: string): Uint8Array {
    if (term.length * 3 > this.#scratch.length) this.#scratch = Buffer.alloc(term.length * 6);
    return this.#scratch.subarray(0, this.#scratch.write(term));
  }

  /** Where the term is, or would be. */
  #placeOf(term: Uint8Array): number {
    const mask = this.#places.length - 1;
    let place = hashOf(term, 0, term.length) & mask;
    for (let known = this.#places[place] ?? 0; known > 0 && !this.#isAt(known - 1, term); known = this.#places[place] ?? 0) place = (place + 1) & mask;
    return place;
  }

  #isAt(number: number, term: Uint8Array): boolean {
    const start = this.#starts.at(number);
    if (this.#starts.at(number + 1) - 1 - start !== term.length) return false;
    const bytes = this.bytes();
    for (let i = 0; i < term.length; i++) if (bytes[start + i] !== term[i]) return false;
    return true;
  }

  /** The places of all terms, with room for as many more. They are known to be unlike each other. */
  #placed(): Int32Array {
    const places = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(firstPlaces, this.size * 2.5))));
    const mask = places.length - 1;
    const bytes = this.bytes();
    const starts = this.#starts.values();
    for (let number = 0; number < starts.length - 1; number++) {
      let place = hashOf(bytes, starts[number] ?? 0, (starts[number + 1] ?? 0) - 1) & mask;
      while (places[place] !== 0) place = (place + 1) & mask;
      places[place] = number + 1;
    }
    return places;
  }
}

const separator = Uint8Array.of(lineEnd);

function startsIn(bytes: Uint8Array): Int32Array {
  if (bytes.length === 0) return new Int32Array(1);
  let lines = 1;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === lineEnd) lines++;
  const starts = new Int32Array(lines + 1);
  let line = 1;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === lineEnd) starts[line++] = i + 1;
  starts[line] = bytes.length + 1;
  return starts;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashStart;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), hashFactor);
  // Low bits choose the place: all others are to have a say in them.
  return hash ^ (hash >>> 15);
}
