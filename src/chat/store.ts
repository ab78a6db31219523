import type { Conversation } from "./types";

export interface ConversationSummary {
  readonly id: string;
  readonly title: string;
  /** Unix time, ms. */
  readonly updatedAt: number;
}

/** Where conversations are kept between runs. */
export interface ConversationStore {
  load(id: string): Promise<Conversation | undefined>;
  save(conversation: Conversation): Promise<void>;
  remove(id: string): Promise<void>;
  /** Newest first. */
  list(): Promise<readonly ConversationSummary[]>;
}
