import { StemIndex } from "./stemIndex";
import { TermTexts } from "./termTexts";
import { termsOf, words } from "./tokenize";

/** Terms of a text by id, each once, ids rising, with how often each occurs (at most 255). */
export interface TermCounts {
  readonly ids: readonly number[];
  readonly counts: readonly number[];
}

export const maxCount = 255;
const maxRememberedWords = 200_000;

/** Numbers the terms of an index in the order they are first seen, and groups them by stem. */
export class TermDictionary {
  readonly #texts: TermTexts;
  readonly #stems: StemIndex;
  /** Identifiers come again and again, so the split of a word is remembered. */
  readonly #words = new Map<string, readonly number[]>();

  /** Takes over what `bytes` gave. */
  constructor(terms?: Uint8Array) {
    this.#texts = new TermTexts(terms);
    this.#stems = new StemIndex(this.#texts);
  }

  get size(): number {
    return this.#texts.size;
  }

  /** The term's id; a new term gets the next one. */
  add(term: string): number {
    return this.#texts.add(term);
  }

  /** The term with this id. */
  term(id: number): string {
    return this.#texts.at(id);
  }

  find(term: string): number | undefined {
    return this.#texts.find(term);
  }

  /** Terms from an id on, in the order of their ids. */
  termsFrom(id: number): readonly string[] {
    return Array.from({ length: Math.max(0, this.size - id) }, (_, i) => this.#texts.at(id + i));
  }

  /** Terms packed for the constructor: those with these ids, or all, which are a view that holds until the next one comes. */
  bytes(ids?: readonly number[]): Uint8Array {
    return ids ? this.#texts.bytesOf(ids) : this.#texts.bytes();
  }

  /** Ids of all terms with the same stem as this one. */
  sameStem(term: string): readonly number[] {
    return this.#stems.termsLike(term);
  }

  /** Stems what no question has asked for yet, until a time of `performance.now`. True when nothing is left. */
  warm(until: number): boolean {
    return this.#stems.warm(until);
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
