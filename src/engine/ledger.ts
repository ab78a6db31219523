import type { RowContent, TokenPart } from "./states/savedStates";

/**
 * The exact list of tokens in one KV cache row, with the parts of the prompt that they belong to. The owner reports each
 * change as it happens; the sampled token that was not fed back yet is known but not counted, because the cache does not
 * hold it.
 */
export class TokenLedger implements RowContent {
  #tokens: number[] = [];
  /** Of the prompt that the row is being filled with, those included that have not come yet. */
  #parts: readonly TokenPart[] = [];
  #pending: number | undefined;

  get tokens(): readonly number[] {
    return this.#tokens;
  }

  get length(): number {
    return this.#tokens.length;
  }

  /** Those that are there as a whole. */
  get parts(): readonly TokenPart[] {
    let end = 0;
    const beyond = this.#parts.findIndex(({ length }) => (end += length) > this.#tokens.length);
    return beyond === -1 ? this.#parts : this.#parts.slice(0, beyond);
  }

  /** The last sampled token, which the cache does not hold yet. */
  get pending(): number | undefined {
    return this.#pending;
  }

  /** The row holds the first `length` tokens of `content` from now on, and is going to be filled with the rest of it. */
  reset(content: RowContent, length = content.tokens.length): void {
    this.#tokens = content.tokens.slice(0, length);
    this.#parts = content.parts;
    this.#pending = undefined;
  }

  clear(): void {
    this.reset({ tokens: [], parts: [] });
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

  /** What the row holds now, as a copy that stays as it is. */
  copy(): RowContent {
    return { tokens: [...this.#tokens], parts: [...this.parts] };
  }
}
