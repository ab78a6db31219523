import { stem, termsOf, words } from "./tokenize";

/** Terms of a text by id, each once, ids rising, with how often each occurs (at most 255). */
export interface TermCounts {
  readonly ids: readonly number[];
  readonly counts: readonly number[];
}

export const maxCount = 255;
const maxRememberedWords = 200_000;
/** Words of one stem begin alike: the stemmer changes ends only. */
const stemBucketLetters = 3;

/** Terms that begin alike. They are stemmed when one of them is first asked for, and new ones at the next question. */
interface StemBucket {
  readonly ids: number[];
  readonly byStem: Map<string, number[]>;
  /** How many of the ids are in `byStem`. */
  stemmed: number;
}

/** Numbers the terms of an index in the order they are first seen, and groups them by stem. */
export class TermDictionary {
  readonly #ids = new Map<string, number>();
  readonly #terms: string[] = [];
  /** Terms by their first letters: stemming all of them would take longer than loading them. */
  readonly #buckets = new Map<string, StemBucket>();
  /** Identifiers come again and again, so the split of a word is remembered. */
  readonly #words = new Map<string, readonly number[]>();

  get size(): number {
    return this.#terms.length;
  }

  /** The term's id; a new term gets the next one. */
  add(term: string): number {
    const known = this.#ids.get(term);
    if (known !== undefined) return known;
    const id = this.#terms.push(term) - 1;
    this.#ids.set(term, id);
    const start = term.slice(0, stemBucketLetters);
    const bucket = this.#buckets.get(start);
    if (bucket) bucket.ids.push(id);
    else this.#buckets.set(start, { ids: [id], byStem: new Map(), stemmed: 0 });
    return id;
  }

  find(term: string): number | undefined {
    return this.#ids.get(term);
  }

  /** Terms from an id on, in the order of their ids. */
  termsFrom(id: number): readonly string[] {
    return this.#terms.slice(id);
  }

  /** Ids of all terms with the same stem as this one. */
  sameStem(term: string): readonly number[] {
    const bucket = this.#buckets.get(term.slice(0, stemBucketLetters));
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
