/** However busy it is, nothing waits longer than this. Milliseconds. */
const defaultLimitMs = 2_000;

/** Calls back once it has been quiet for a while, and at the latest when the limit since the first call is over. */
export class Debounce {
  readonly #act: () => void;
  readonly #quietMs: number;
  readonly #limitMs: number;
  #timer: NodeJS.Timeout | undefined;
  #deadline = 0;
  #last = 0;

  /** Times in milliseconds. */
  constructor(act: () => void, quietMs: number, limitMs = defaultLimitMs) {
    this.#act = act;
    this.#quietMs = quietMs;
    this.#limitMs = limitMs;
  }

  /** Cheap enough to be called thousands of times in a turn: the timer is set once, and again when it fires too early. */
  schedule(): void {
    this.#last = Date.now();
    if (this.#timer) return;
    this.#deadline = this.#last + this.#limitMs;
    this.#wait();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  get #end(): number {
    return Math.min(this.#last + this.#quietMs, this.#deadline);
  }

  #wait(): void {
    this.#timer = setTimeout(() => this.#look(), Math.max(0, this.#end - Date.now()));
  }

  /** A clock that was set back ends the wait. */
  #look(): void {
    const now = Date.now();
    if (now >= this.#last && now < this.#end) return this.#wait();
    this.#timer = undefined;
    this.#act();
  }
}
