/** However busy it is, nothing waits longer than this. Milliseconds. */
const defaultLimitMs = 2_000;

/** Calls back once it has been quiet for a while, and at the latest when the limit since the first call is over. */
export class Debounce {
  readonly #act: () => void;
  readonly #quietMs: number;
  readonly #limitMs: number;
  #timer: NodeJS.Timeout | undefined;
  #deadline: number | undefined;

  /** Times in milliseconds. */
  constructor(act: () => void, quietMs: number, limitMs = defaultLimitMs) {
    this.#act = act;
    this.#quietMs = quietMs;
    this.#limitMs = limitMs;
  }

  schedule(): void {
    const now = Date.now();
    this.#deadline ??= now + this.#limitMs;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fire(), Math.min(this.#quietMs, Math.max(0, this.#deadline - now)));
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#deadline = undefined;
  }

  #fire(): void {
    this.#deadline = undefined;
    this.#act();
  }
}
