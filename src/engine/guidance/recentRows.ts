/** The vectors that were wanted last, so that they need not be decoded again: a model's likeliest tokens come back from step to step. */
export class RecentRows {
  readonly #width: number;
  readonly #values: Float32Array;
  /** By place: the token whose vector lies there, -1 for none. */
  readonly #tokens: Int32Array;
  readonly #places = new Map<number, number>();
  #next = 0;

  /** @param count most vectors that are kept; each takes 4 bytes a value */
  constructor(width: number, count: number) {
    this.#width = width;
    this.#values = new Float32Array(width * count);
    this.#tokens = new Int32Array(count).fill(-1);
  }

  /** False when the token's vector is not kept; `into` is left as it is then. */
  read(token: number, into: Float32Array): boolean {
    const place = this.#places.get(token);
    if (place === undefined) return false;
    into.set(this.#values.subarray(place * this.#width, (place + 1) * this.#width));
    return true;
  }

  /** In the place of the one that was kept first. */
  keep(token: number, row: Float32Array): void {
    const place = this.#next;
    this.#next = (place + 1) % this.#tokens.length;
    this.#places.delete(this.#tokens[place] ?? -1);
    this.#places.set(token, place);
    this.#tokens[place] = token;
    this.#values.set(row, place * this.#width);
  }
}
