import { pathHash } from "./sourceText";
import { stem, termsOf, words } from "./tokenize";

/** Terms of a text by id, each once, ids rising, with how often each occurs (at most 255). */
export interface TermCounts {
  readonly ids: readonly number[];
  readonly counts: readonly number[];
}

export const maxCount = 255;
const maxRememberedWords = 200_000;

/** The first three letters as one number. Words of one stem begin alike: the stemmer changes ends only. */
function beginning(term: string): number {
  return (term.charCodeAt(0) || 0) * 2 ** 32 + (term.charCodeAt(1) || 0) * 2 ** 16 + (term.charCodeAt(2) || 0);
}

/** Terms that begin alike. They are stemmed when one of them is first asked for, and new ones at the next question. */
interface StemBucket {
  readonly ids: number[];
  readonly byStem: Map<string, number[]>;
  /** How many of the ids are in `byStem`. */
  stemmed: number;
}

/** Numbers the terms of an index in the order they are first seen, and groups them by stem. */
export class TermDictionary {
  readonly #terms: string[];
  /** Ids + 1 by the hash of the term, 0 where there is none: a Map takes five times as long to fill. */
  #places: Int32Array;
  /** Terms by their first letters: stemming all of them would take longer than loading them. */
  readonly #buckets = new Map<number, StemBucket>();
  /** How many of the terms are in the buckets: the others follow with the next question. */
  #bucketed = 0;
  /** Identifiers come again and again, so the split of a word is remembered. */
  readonly #words = new Map<string, readonly number[]>();

  /** Takes the array over; its places are the terms' ids. */
  constructor(terms: string[] = []) {
    this.#terms = terms;
    this.#places = this.#placed(terms.length);
  }

  get size(): number {
    return this.#terms.length;
  }

  /** The term's id; a new term gets the next one. */
  add(term: string): number {
    const place = this.#placeOf(term);
    const known = this.#places[place] ?? 0;
    if (known > 0) return known - 1;
    const id = this.#terms.push(term) - 1;
    this.#places[place] = id + 1;
    if (this.#terms.length * 2 > this.#places.length) this.#places = this.#placed(this.#terms.length * 2);
    return id;
  }

  /** The term with this id. */
  term(id: number): string {
    return this.#terms[id] ?? "";
  }

  find(term: string): number | undefined {
    const known = this.#places[this.#placeOf(term)] ?? 0;
    return known > 0 ? known - 1 : undefined;
  }

  /** Terms from an id on, in the order of their ids. */
  termsFrom(id: number): readonly string[] {
    return this.#terms.slice(id);
  }

  /** Ids of all terms with the same stem as this one. */
  sameStem(term: string): readonly number[] {
    this.#fillBuckets();
    const bucket = this.#buckets.get(beginning(term));
    if (!bucket) return [];
    for (; bucket.stemmed < bucket.ids.length; bucket.stemmed++) {
      const id = bucket.ids[bucket.stemmed] ?? 0;
      const key = stem(this.#terms[id] ?? "");
      const group = bucket.byStem.get(key);
      if (group) group.push(id);
      else bucket.byStem.set(key, [id]);
    }
    return bucket.byStem.get(stem(term)) ?? [];
  }

  /** Where the term is, or would be. */
  #placeOf(term: string): number {
    const mask = this.#places.length - 1;
    let place = pathHash(term) & mask;
    for (let known = this.#places[place] ?? 0; known > 0 && this.#terms[known - 1] !== term; known = this.#places[place] ?? 0) place = (place + 1) & mask;
    return place;
  }

  /** The places of all terms, with room for more. */
  #placed(room: number): Int32Array {
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(room, 512) * 2)));
    for (let id = 0; id < this.#terms.length; id++) this.#places[this.#placeOf(this.#terms[id] ?? "")] = id + 1;
    return this.#places;
  }

  #fillBuckets(): void {
    for (; this.#bucketed < this.#terms.length; this.#bucketed++) {
      const start = beginning(this.#terms[this.#bucketed] ?? "");
      const bucket = this.#buckets.get(start);
      if (bucket) bucket.ids.push(this.#bucketed);
      else this.#buckets.set(start, { ids: [this.#bucketed], byStem: new Map(), stemmed: 0 });
    }
  }

  /** Forgets how words were split, which is worth its memory only while many files are read. */
  forgetWords(): void {
    this.#words.clear();
  }

  /** Splits a text into terms and counts them. */
  count(text: string): TermCounts {
    const found = new Map<number, number>();
    for (const word of words(text)) {
      for (const id of this.#idsOfWord(word)) found.set(id, (found.get(id) ?? 0) + 1);
    }
    const ids = [...found.keys()].sort((a, b) => a - b);
    return { ids, counts: ids.map((id) => Math.min(found.get(id) ?? 0, maxCount)) };
  }

  #idsOfWord(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known) return known;
    if (this.#words.size >= maxRememberedWords) this.#words.clear();
    const ids = termsOf(word).map((term) => this.add(term));
    this.#words.set(word, ids);
    return ids;
  }
}
