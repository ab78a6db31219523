import type { ChatSession } from "../../chat/session";

/** Sessions kept open for their KV state; the store brings the others back. */
const mostOpen = 32;

/** Closes the sessions that were not used for the longest time, so that a service that runs for weeks does not grow. */
export class RecentSessions {
  readonly #sessions = new Set<string>();

  /** @param isUsed whether a conversation answers, or is about to: it stays open */
  constructor(
    readonly close: (id: string) => Promise<void>,
    readonly isUsed: (id: string) => boolean,
  ) {}

  /** To be called with each session as it is used. */
  async use({ conversation: { id } }: ChatSession): Promise<void> {
    this.#sessions.delete(id);
    this.#sessions.add(id);
    const idle = [...this.#sessions].filter((other) => other !== id && !this.isUsed(other));
    for (const old of idle.slice(0, Math.max(0, this.#sessions.size - mostOpen))) {
      this.#sessions.delete(old);
      await this.close(old);
    }
  }

  /** The conversation was removed. */
  drop(id: string): void {
    this.#sessions.delete(id);
  }
}
