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

/** Numbers the terms of an index in the order they are first seen, and groups them by stem. */
export class TermDictionary {
  readonly #ids = new Map<string, number>();
  readonly #terms: string[] = [];
  /** Ids by the first letters of their terms: stemming all terms would take longer than loading them. */
  readonly #buckets = new Map<string, number[]>();
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
    if (bucket) bucket.push(id);
    else this.#buckets.set(start, [id]);
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
    const wanted = stem(term);
    const bucket = this.#buckets.get(term.slice(0, stemBucketLetters)) ?? [];
    return bucket.filter((id) => stem(this.#terms[id] ?? "") === wanted);
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
