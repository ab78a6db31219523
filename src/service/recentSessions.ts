import type { ChatSession } from "../chat/session";

/** Sessions kept open for their KV state; the store brings the others back. */
const mostOpen = 32;

/** Closes the sessions that were not used for the longest time, so that a service that runs for weeks does not grow. */
export class RecentSessions {
  readonly #sessions = new Map<string, ChatSession>();

  constructor(readonly close: (id: string) => Promise<void>) {}

  /** To be called with each session as it is used. One that is answering stays open. */
  async use(session: ChatSession): Promise<void> {
    const { id } = session.conversation;
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    const idle = [...this.#sessions].filter(([other, { busy }]) => other !== id && !busy).map(([other]) => other);
    for (const old of idle.slice(0, Math.max(0, this.#sessions.size - mostOpen))) {
      this.#sessions.delete(old);
      await this.close(old);
    }
  }
}
