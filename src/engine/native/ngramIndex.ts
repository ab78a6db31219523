/** A place in the text where it last went on like this. */
export interface NgramMatch {
  /** Tokens before the place that are the same as the text's last ones. */
  readonly length: number;
  /** Index of the token that came next there. */
  readonly next: number;
}

/** A match of one token says next to nothing. */
const shortestMatch = 2;
const longestMatch = 64;
/** Places that are compared, the most recent first: a text of one repeated token has as many as it has tokens. */
const mostPlaces = 32;
/** Token ids are below it. */
const idRange = 2 ** 24;

/** Finds where a growing text has already gone on as it ends now. Each token is looked at once when it comes. */
export class NgramIndex {
  readonly #tokens: number[] = [];
  /** For each pair of tokens, the indices behind it, in order. */
  readonly #places = new Map<number, number[]>();
  #lastPair: number | undefined;

  push(tokens: readonly number[]): void {
    for (const token of tokens) this.#add(token);
  }

  /** The longest match with the end of the text, of equally long ones the most recent; undefined when no pair is the same. */
  match(): NgramMatch | undefined {
    let best: NgramMatch | undefined;
    for (const next of this.#candidates()) {
      const length = this.#commonBefore(next);
      if (!best || length > best.length) best = { length, next };
      if (length === longestMatch) break;
    }
    return best;
  }

  /** What came after a match; where the text ends there it goes round. */
  continuation({ next }: NgramMatch, count: number): number[] {
    const known = this.#tokens.slice(next, next + count);
    return Array.from({ length: count }, (_, i) => known[i % known.length] ?? 0);
  }

  #add(token: number): void {
    this.#tokens.push(token);
    // The pair that ended the text goes in now: before, nothing could be read behind it.
    if (this.#lastPair !== undefined) this.#remember(this.#lastPair, this.#tokens.length - 1);
    const [before, last] = this.#tokens.slice(-shortestMatch);
    if (before !== undefined && last !== undefined) this.#lastPair = before * idRange + last;
  }

  #remember(pair: number, next: number): void {
    const places = this.#places.get(pair);
    if (places) places.push(next);
    else this.#places.set(pair, [next]);
  }

  #candidates(): readonly number[] {
    const places = this.#lastPair === undefined ? undefined : this.#places.get(this.#lastPair);
    return places ? places.slice(-mostPlaces).reverse() : [];
  }

  #commonBefore(next: number): number {
    const end = this.#tokens.length;
    const most = Math.min(next, longestMatch);
    let length = shortestMatch;
    while (length < most && this.#tokens[next - 1 - length] === this.#tokens[end - 1 - length]) length++;
    return length;
  }
}
