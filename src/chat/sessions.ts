import type { Log } from "../common/log";
import type { ChatModel } from "../engine/ports";
import type { Retriever } from "../rag/ports";
import { newConversation } from "./conversation";
import { ChatSession } from "./session";
import type { ConversationStore } from "./store";
import type { ChatSettings } from "./types";

export interface SessionDeps {
  readonly model: ChatModel;
  readonly retriever: Retriever | undefined;
  readonly store: ConversationStore;
  /** Read at each question. */
  readonly settings: () => ChatSettings;
  readonly log: Log;
}

/** The open conversations, one session each. */
export class Sessions {
  readonly #deps: SessionDeps;
  readonly #open = new Map<string, Promise<ChatSession | undefined>>();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** A new conversation. It is stored from its first turn on. */
  create(): ChatSession {
    const session = new ChatSession(this.#deps, newConversation());
    this.#open.set(session.conversation.id, Promise.resolve(session));
    return session;
  }

  /** The stored conversation with this id, one session however often it is asked for; undefined when there is none. */
  open(id: string): Promise<ChatSession | undefined> {
    const known = this.#open.get(id);
    if (known) return known;
    const opening = this.#load(id);
    this.#open.set(id, opening);
    return opening;
  }

  /** Ends a session and frees its KV state; `open` brings it back from the store. */
  async close(id: string): Promise<void> {
    const session = await this.#open.get(id);
    this.#open.delete(id);
    session?.close();
  }

  /** Lets go of all sessions. Their KV state goes with the engine, which ends after them. */
  dispose(): void {
    this.#open.clear();
  }

  async #load(id: string): Promise<ChatSession | undefined> {
    let session: ChatSession | undefined;
    try {
      const conversation = await this.#deps.store.load(id);
      session = conversation && new ChatSession(this.#deps, conversation);
    } finally {
      // What was not found, or could not be read, is looked for again the next time.
      if (!session) this.#open.delete(id);
    }
    return session;
  }
}
