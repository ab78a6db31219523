import type { Vocabulary } from "./runtime";

export interface TextPiece {
  /** Text that is certain by now; may be empty. */
  readonly text: string;
  /** A stop text came; it and what follows is not part of the text. */
  readonly stopped: boolean;
}

/** A character of UTF-8 takes at most four bytes, each of which may be a token; more than that never becomes text. */
const longestCharacter = 4;

/** Tokens in front of a word that decide about its space. */
const contextTokens = 3;

const replacement = "\uFFFD";

/**
 * Turns tokens into text as they come. Bytes of an unfinished character and the beginning of a possible stop text
 * are held back until it is clear what they are.
 */
export class TextStream {
  readonly #vocabulary: Pick<Vocabulary, "detokenize">;
  readonly #stopTexts: readonly string[];
  #shown: readonly number[];
  #waiting: number[] = [];
  #held = "";
  /** Length of the text after each token, stop texts included. */
  readonly #ends: number[] = [];
  #length = 0;
  #text = "";

  /** @param before tokens that the text goes on after; without any it begins a text of its own */
  constructor(vocabulary: Pick<Vocabulary, "detokenize">, stopTexts: readonly string[] = [], before: readonly number[] = []) {
    this.#shown = before.slice(-contextTokens);
    this.#vocabulary = vocabulary;
    this.#stopTexts = stopTexts.filter((text) => text !== "");
  }

  /** All text given out so far. */
  get text(): string {
    return this.#text;
  }

  /** How many of the tokens lie wholly in the text given out; after a stop text, those before it. */
  get wholeTokens(): number {
    let count = 0;
    while (count < this.#ends.length && (this.#ends[count] ?? 0) <= this.#text.length) count++;
    return count;
  }

  push(token: number): TextPiece {
    this.#waiting.push(token);
    const text = this.#vocabulary.detokenize(this.#waiting, this.#shown);
    const unfinished = text.endsWith(replacement) && this.#waiting.length < longestCharacter;
    if (!unfinished) this.#accept(text);
    else this.#ends.push(this.#length + text.length);
    return unfinished ? { text: "", stopped: false } : this.#release();
  }

  /** What is still held back when no more tokens come; half a character is dropped. */
  flush(): string {
    const text = this.#waiting.length > 0 ? this.#vocabulary.detokenize(this.#waiting, this.#shown).replace(/\uFFFD+$/, "") : "";
    this.#waiting = [];
    return this.#give(this.#held + text);
  }

  #accept(text: string): void {
    this.#length += text.length;
    this.#ends.push(this.#length);
    this.#held += text;
    this.#shown = [...this.#shown, ...this.#waiting].slice(-contextTokens);
    this.#waiting = [];
  }

  #release(): TextPiece {
    const stop = this.#firstStop();
    if (stop >= 0) return { text: this.#give(this.#held.slice(0, stop)), stopped: true };
    const certain = this.#held.length - this.#possibleStop();
    const rest = this.#held.slice(certain);
    const text = this.#give(this.#held.slice(0, certain));
    this.#held = rest;
    return { text, stopped: false };
  }

  #give(text: string): string {
    this.#text += text;
    this.#held = "";
    return text;
  }

  #firstStop(): number {
    const found = this.#stopTexts.map((stop) => this.#held.indexOf(stop)).filter((index) => index >= 0);
    return found.length > 0 ? Math.min(...found) : -1;
  }

  /** Length of the longest end of the held text that may grow into a stop text. */
  #possibleStop(): number {
    let longest = 0;
    for (const stop of this.#stopTexts) {
      for (let length = Math.min(stop.length - 1, this.#held.length); length > longest; length--) {
        if (this.#held.endsWith(stop.slice(0, length))) longest = length;
      }
    }
    return longest;
  }
}
