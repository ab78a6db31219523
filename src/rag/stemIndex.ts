import { IntColumn } from "./columns";
import { pathHash } from "./sourceText";
import type { TermTexts } from "./termTexts";
import { stem } from "./tokenize";

const letters = 26;
const firstPlaces = 1024;
/** Between two looks at the clock. */
const bucketsAtOnce = 16;

/**
 * Terms by stem. Words of one stem begin alike, as the stemmer changes ends only: a question has those stemmed that begin
 * as its words do, unless `warm` was before it. Only words of plain letters have others of their stem.
 */
export class StemIndex {
  readonly #texts: TermTexts;
  /** By the first three letters: the newest term, -1 for none, and up to where they are stemmed. */
  readonly #newest = new Int32Array((letters + 1) ** 3).fill(-1);
  readonly #stemmed = new Int32Array((letters + 1) ** 3).fill(-1);
  /** By term: the one before it that begins alike, -1 for none. */
  readonly #before = new IntColumn();
  /** By term: the one before it of the same stem, -1 for none. */
  readonly #sameStem = new IntColumn();
  /** The newest term of each stem + 1 by hash, 0 where there is none, and the hashes. */
  #places = new Int32Array(firstPlaces);
  #hashes = new Int32Array(firstPlaces);
  #stems = 0;

  constructor(texts: TermTexts) {
    this.#texts = texts;
  }

  /** Terms with the same stem as this one, in their order. */
  termsLike(term: string): readonly number[] {
    const bucket = bucketOf(term);
    if (bucket === undefined) {
      const number = this.#texts.find(term);
      return number === undefined ? [] : [number];
    }
    this.#fillBuckets();
    this.#stemBucket(bucket);
    const terms: number[] = [];
    const place = this.#placeOf(stem(term), bucket);
    for (let at = (this.#places[place] ?? 0) - 1; at >= 0; at = this.#sameStem.at(at)) terms.push(at);
    return terms.reverse();
  }

  /** Stems what no question has asked for yet, until a time of `performance.now`. True when nothing is left. */
  warm(until: number): boolean {
    this.#fillBuckets();
    for (let bucket = 0; bucket < this.#newest.length; bucket++) {
      if (bucket % bucketsAtOnce === 0 && performance.now() > until) return false;
      this.#stemBucket(bucket);
    }
    return true;
  }

  #fillBuckets(): void {
    this.#texts.forEachFrom(this.#before.length, (number, bytes, start, end) => {
      const bucket = bucketIn(bytes, start, end);
      this.#before.push(bucket === undefined ? -1 : (this.#newest[bucket] ?? -1));
      this.#sameStem.push(-1);
      if (bucket !== undefined) this.#newest[bucket] = number;
    });
  }

  #stemBucket(bucket: number): void {
    const newest = this.#newest[bucket] ?? -1;
    const stemmed = this.#stemmed[bucket] ?? -1;
    if (newest === stemmed) return;
    const fresh: number[] = [];
    for (let number = newest; number > stemmed; number = this.#before.at(number)) fresh.push(number);
    for (const number of fresh.reverse()) this.#addStem(number, bucket);
    this.#stemmed[bucket] = newest;
  }

  #addStem(number: number, bucket: number): void {
    if (this.#stems * 2 > this.#places.length) this.#grow();
    const text = stem(this.#texts.at(number));
    const place = this.#placeOf(text, bucket);
    const other = (this.#places[place] ?? 0) - 1;
    if (other < 0) this.#stems++;
    this.#sameStem.set(number, other);
    this.#places[place] = number + 1;
    this.#hashes[place] = hashOf(text, bucket);
  }

  /** Where the newest term of a stem is, or would be. */
  #placeOf(text: string, bucket: number): number {
    const mask = this.#places.length - 1;
    const hash = hashOf(text, bucket);
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const known = (this.#places[place] ?? 0) - 1;
      if (known < 0 || (this.#hashes[place] === hash && this.#isOfStem(known, text, bucket))) return place;
    }
  }

  #isOfStem(number: number, text: string, bucket: number): boolean {
    const term = this.#texts.at(number);
    return bucketOf(term) === bucket && stem(term) === text;
  }

  #grow(): void {
    const [places, hashes] = [this.#places, this.#hashes];
    this.#places = new Int32Array(places.length * 2);
    this.#hashes = new Int32Array(places.length * 2);
    const mask = this.#places.length - 1;
    for (let old = 0; old < places.length; old++) {
      if (places[old] === 0) continue;
      let place = (hashes[old] ?? 0) & mask;
      while (this.#places[place] !== 0) place = (place + 1) & mask;
      this.#places[place] = places[old] ?? 0;
      this.#hashes[place] = hashes[old] ?? 0;
    }
  }
}

function hashOf(text: string, bucket: number): number {
  const hash = Math.imul(pathHash(text) ^ bucket, 0x01000193);
  return hash ^ (hash >>> 15);
}

function bucketOf(term: string): number | undefined {
  const bytes = Buffer.from(term);
  return bucketIn(bytes, 0, bytes.length);
}

/** The first three letters as one number; undefined for a term that is not all plain letters, which is its own stem. */
function bucketIn(bytes: Uint8Array, start: number, end: number): number | undefined {
  for (let i = start; i < end; i++) if (letterAt(bytes, i, end) === 0) return undefined;
  return (letterAt(bytes, start, end) * (letters + 1) + letterAt(bytes, start + 1, end)) * (letters + 1) + letterAt(bytes, start + 2, end);
}

/** 1 to 26; 0 for none. */
function letterAt(bytes: Uint8Array, at: number, end: number): number {
  const letter = at < end ? (bytes[at] ?? 0) - 96 : 0;
  return letter >= 1 && letter <= letters ? letter : 0;
}
