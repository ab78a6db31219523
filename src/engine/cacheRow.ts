import type { CachePlan } from "./cachePlan";
import { TokenLedger } from "./ledger";
import type { DecodeOptions, SequencePort } from "./runtime";
import type { RowContent } from "./states/savedStates";

/** One KV cache row with the exact list of what is in it. Each change of the row goes through here. */
export class CacheRow {
  readonly sequence: SequencePort;
  readonly ledger = new TokenLedger();
  /** The conversation whose tokens these are; undefined where nobody may want them again. */
  conversation: string | undefined;
  /** Positions that were moved are written into the cache by the next evaluation only. */
  #isMoved = false;

  constructor(sequence: SequencePort) {
    this.sequence = sequence;
  }

  get length(): number {
    return this.ledger.length;
  }

  get canBeSaved(): boolean {
    return this.length > 0 && this.sequence.length === this.length;
  }

  /** Call it before the state is written: one that is written between a move and the next evaluation is wrong, in silence. */
  async prepareSave(): Promise<void> {
    const last = this.ledger.tokens.at(-1);
    if (!this.#isMoved || last === undefined) return;
    await this.sequence.eraseTail(this.length - 1);
    await this.sequence.prefill([last]);
    this.#isMoved = false;
  }

  /** Brings the row in line with its ledger after work that may have left tokens behind it, or failed half-way. */
  async settle(): Promise<void> {
    const { length } = this.sequence;
    if (length === this.length) return;
    if (length < this.length) await this.clear();
    else await this.sequence.eraseTail(this.length);
  }

  async clear(): Promise<void> {
    this.ledger.clear();
    this.conversation = undefined;
    await this.sequence.eraseTail(0);
    this.#isMoved = false;
  }

  /** Keeps what the plan keeps; what `wanted` has beyond that is to be evaluated next. */
  async apply(plan: CachePlan, wanted: RowContent): Promise<void> {
    const { length } = this;
    this.ledger.reset(wanted, plan.reused);
    const [first] = plan.erase;
    if (!first) return;
    if (first.end === length) return this.sequence.eraseTail(first.start);
    this.#isMoved = true;
    await this.sequence.erase(plan.erase);
  }

  async prefill(tokens: readonly number[]): Promise<void> {
    await this.sequence.prefill(tokens);
    this.ledger.commit(tokens);
    this.#isMoved = false;
  }

  /** Evaluates `tokens`, then yields sampled ones; the ledger follows. */
  async *decode(tokens: readonly number[], options: DecodeOptions): AsyncGenerator<number, void, undefined> {
    let isFirst = true;
    for await (const token of this.sequence.decode(tokens, options)) {
      if (isFirst) this.ledger.commit(tokens);
      isFirst = false;
      this.#isMoved = false;
      this.ledger.sample(token);
      yield token;
    }
  }

  /** `content` was loaded into the row. */
  loaded(content: RowContent): void {
    this.ledger.reset(content);
    this.#isMoved = false;
  }
}
