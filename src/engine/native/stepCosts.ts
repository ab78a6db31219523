/** Before anything was measured: what a token more in an evaluation costs, as a share of one alone. */
const assumedSlope = 0.3;
/** Weight of a new measurement; the old ones fade. */
const freshness = 0.15;
/** A prompt is read without the logits of each token, which a guess needs. */
const logitsShare = 1.5;
/** Smallest part of a prompt whose time says what a token in a batch costs. */
const smallestSample = 8;

/**
 * What evaluating several tokens at once costs against one alone, as measured on this model and machine. On a GPU
 * the second token is nearly free; a CPU with one thread takes almost twice as long for two.
 */
export class StepCosts {
  #plainMs: number | undefined;
  #promptTokenMs: number | undefined;
  /** By number of tokens: times the cost of one. */
  readonly #ratios = new Map<number, number>();

  /** A step that drew one token. */
  plain(ms: number): void {
    this.#plainMs = mixed(this.#plainMs, ms);
  }

  /** A step that evaluated `size` tokens, each with its logits. */
  batch(size: number, ms: number): void {
    if (this.#plainMs !== undefined && this.#plainMs > 0) this.#ratios.set(size, mixed(this.#ratios.get(size), ms / this.#plainMs));
  }

  /** Reading a prompt tells what batches cost before the first guess. */
  prompt(tokens: number, ms: number): void {
    if (tokens >= smallestSample) this.#promptTokenMs = mixed(this.#promptTokenMs, ms / tokens);
  }

  /** How many steps of one token take as long; 1 before any was measured. */
  inSteps(ms: number): number {
    return this.#plainMs === undefined || this.#plainMs <= 0 ? 1 : ms / this.#plainMs;
  }

  /** What `size` tokens at once cost, in steps of one token. */
  ratio(size: number): number {
    return this.#ratios.get(size) ?? 1 + (size - 1) * this.#slope(size);
  }

  /** Of the size measured that is nearest; else of the prompts. */
  #slope(size: number): number {
    const [nearest] = [...this.#ratios].sort(([a], [b]) => Math.abs(a - size) - Math.abs(b - size));
    if (nearest) return Math.max(0, (nearest[1] - 1) / (nearest[0] - 1));
    if (this.#promptTokenMs === undefined || this.#plainMs === undefined || this.#plainMs <= 0) return assumedSlope;
    return Math.min(1, (logitsShare * this.#promptTokenMs) / this.#plainMs);
  }
}

function mixed(old: number | undefined, value: number): number {
  return old === undefined ? value : old + freshness * (value - old);
}
