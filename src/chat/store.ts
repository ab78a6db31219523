import type { Conversation } from "./types";

export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  /** Unix time, ms. */
  readonly updatedAt: number;
}

/** Where conversations are kept between runs. */
export interface ConversationStore {
  /** Undefined when there is none, or none that can be read. Throws "bad-use" for one of a later version of Hearth. */
  load(id: string): Promise<Conversation | undefined>;
  /**
   * Adds to what is stored; turns that another process added, or finished, meanwhile stay. Resolves with all of it, and
   * with the very same object when nothing came from elsewhere.
   */
  save(conversation: Conversation): Promise<Conversation>;
  /** For good: turns that are stored now do not come back with another window that still shows them. */
  remove(id: string): Promise<void>;
  /** Newest first. */
  list(): Promise<readonly ConversationSummary[]>;
}
