/** What has to be done to a KV cache so that it holds exactly the wanted tokens. */
export interface LedgerPlan {
  /** Tokens at the front that stay. */
  readonly keep: number;
  /** Tokens behind them that have to go. */
  readonly erase: number;
  /** Tokens to evaluate after that; never empty for a wanted list that is not. */
  readonly evaluate: readonly number[];
}

/**
 * The exact list of tokens in one sequence's KV cache. The owner reports each change as it happens; the sampled
 * token that was not fed back yet is known but not counted, because the cache does not hold it.
 */
export class TokenLedger {
  #tokens: number[] = [];
  #pending: number | undefined;

  get tokens(): readonly number[] {
    return this.#tokens;
  }

  get length(): number {
    return this.#tokens.length;
  }

  /** The last sampled token, which the cache does not hold yet. */
  get pending(): number | undefined {
    return this.#pending;
  }

  /** The longest common prefix stays. The last wanted token is always evaluated: its logits draw the next one. */
  plan(wanted: readonly number[]): LedgerPlan {
    const most = Math.min(this.#tokens.length, Math.max(0, wanted.length - 1));
    let keep = 0;
    while (keep < most && this.#tokens[keep] === wanted[keep]) keep++;
    return { keep, erase: this.#tokens.length - keep, evaluate: wanted.slice(keep) };
  }

  /** The cache was cut to its first `length` tokens. */
  truncate(length: number): void {
    this.#tokens.length = Math.min(this.#tokens.length, length);
    this.#pending = undefined;
  }

  /** These tokens were evaluated. */
  commit(tokens: readonly number[]): void {
    for (const token of tokens) this.#tokens.push(token);
  }

  /** A token was sampled, which also means that the one sampled before it went into the cache. */
  sample(token: number): void {
    if (this.#pending !== undefined) this.#tokens.push(this.#pending);
    this.#pending = token;
  }
}
