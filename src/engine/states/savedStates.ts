import type { SequencePort } from "../runtime";

/** A stretch of a prompt that stays or leaves as a whole: an opening, a turn's code, its question, its answer. */
export interface TokenPart {
  /** Stable name, such as "<turn id>/code"; unique within a prompt. */
  readonly key: string;
  /** Tokens it takes. */
  readonly length: number;
}

/** What a KV cache row holds. The lengths of `parts` add up to the tokens, or to fewer: the rest is of no known part. */
export interface RowContent {
  readonly tokens: readonly number[];
  readonly parts: readonly TokenPart[];
}

/** A KV state on disk that was found sound when it was last looked at. */
export interface SavedState extends RowContent {
  readonly id: string;
  readonly conversation: string;
  /** Of the state file. */
  readonly bytes: number;
}

/** KV states on disk, for one loaded model. Nothing here throws for a state that is damaged, missing or foreign: it is logged and left out. */
export interface SavedStates {
  /** Every state that was found sound, in no order: who asks weighs them, parts that can be cut out included. */
  all(): readonly SavedState[];
  /**
   * Writes a row's state, in the place of the conversation's states that it extends. Undefined when it was not
   * written: the budget is too small, the disk is full, writing does not pay, the row does not hold `content`, or a
   * saved state of the conversation holds as much already.
   * @param onRowFree called once, as soon as the row may be used again: syncing and hashing go on until the promise resolves
   */
  save(conversation: string, sequence: SequencePort, content: RowContent, onRowFree?: () => void): Promise<SavedState | undefined>;
  /** A state is about to be loaded: when room is made for others it is the last to leave. */
  reserve(state: SavedState): Promise<void>;
  /** Verifies a state and loads it into a row; undefined when it cannot be used, the row is then empty or as it was. */
  load(state: SavedState, sequence: SequencePort): Promise<RowContent | undefined>;
  /** Removes the states of a conversation that is over, those of other models too, and ends its saves that are under way. */
  forget(conversation: string): Promise<void>;
  /** Tells what evaluating costs, so that saving and loading are weighed against it. */
  evaluated(tokens: number, ms: number): void;
  /** Whether loading a state is quicker than evaluating `tokens` tokens, by what was measured. */
  loadingPays(state: SavedState, tokens: number): boolean;
  /**
   * Whether writing and later reading the KV of `tokens` tokens is quicker than evaluating `gained` of them, and the
   * budget has room for it.
   * @param gained those that would otherwise be evaluated again; default: all
   */
  savingPays(tokens: number, gained?: number): boolean;
}
