import type { Conversation } from "./types";

export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  /** Unix time, ms. */
  readonly createdAt: number;
  /** When the last question was asked: Unix time, ms. */
  readonly updatedAt: number;
  /** Questions of the branch that is shown. */
  readonly turns: number;
  /** Questions and answers of the branch that is shown. */
  readonly messages: number;
  readonly pinned: boolean;
  /** The first 1,000 characters of each question of all branches, a line break between them. */
  readonly questions: string;
  /** As the conversation has it. */
  readonly session?: string;
}

/** What is said of a conversation as a whole. */
export type ConversationHead = Pick<Conversation, "title" | "titled" | "pinned">;

/** Where conversations are kept between runs. */
export interface ConversationStore {
  /** Undefined when there is none, or none that can be read. Throws "bad-use" for one of a later version of Hearth. */
  load(id: string): Promise<Conversation | undefined>;
  /**
   * Adds to what is stored; turns that another process added, or finished, meanwhile stay. Resolves with all of it, and
   * with the very same object when nothing came from elsewhere.
   *
   * @param known the head as the caller had it from here: where it is unchanged, what another process made of it counts.
   * Default: the caller's own counts
   */
  save(conversation: Conversation, known?: ConversationHead): Promise<Conversation>;
  /** For good: turns that are stored now do not come back with another window that still shows them. */
  remove(id: string): Promise<void>;
  /** The same of some of its turns. Children that are left become first turns. */
  removeTurns(id: string, turns: readonly string[]): Promise<void>;
  /** Puts it away for 30 days. It does not come back with another window that still shows it. */
  trash(id: string): Promise<void>;
  /** Brings back what `trash` put away. Resolves to whether there was such a thing. */
  restore(id: string): Promise<boolean>;
  /** Newest first. */
  list(): Promise<readonly ConversationSummary[]>;
}
