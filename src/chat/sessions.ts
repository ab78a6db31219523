import { describeError, HearthError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import type { ChatModel } from "../engine/ports";
import type { Retriever } from "../rag/ports";
import { branchConversation } from "./branchConversation";
import { newConversation } from "./conversation";
import { ChatSession } from "./session";
import type { ConversationStore, ConversationSummary } from "./store";
import type { ChatSettings, Conversation } from "./types";

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
    return this.#add(newConversation());
  }

  /** The same, as one of the conversations of a service's session. */
  createIn(session: string): ChatSession {
    return this.#add({ ...newConversation(), session });
  }

  /** The conversation as it is now, without opening it; undefined when there is none. */
  async read(id: string): Promise<Conversation | undefined> {
    const session = await this.opened(id);
    return session ? session.conversation : this.#deps.store.load(id);
  }

  /** The stored conversations, newest first. */
  list(): Promise<readonly ConversationSummary[]> {
    return this.#deps.store.list();
  }

  /** Removes a conversation for good, with its KV state. Its answer has ended. */
  async remove(id: string): Promise<void> {
    await this.#open.get(id);
    this.#open.delete(id);
    await this.#deps.store.remove(id);
    this.#deps.model.forget(id).catch((error: unknown) => {
      this.#deps.log.write("warn", `The engine did not let go of a conversation: ${describeError(error)}`);
    });
  }

  /** The stored conversation with this id, one session however often it is asked for; undefined when there is none. */
  open(id: string): Promise<ChatSession | undefined> {
    const known = this.#open.get(id);
    if (known) return known;
    const opening = this.#load(id);
    this.#open.set(id, opening);
    return opening;
  }

  /** The session of a conversation that is open already; undefined when it is not. */
  async opened(id: string): Promise<ChatSession | undefined> {
    return this.#open.get(id);
  }

  /**
   * A new conversation that goes on from a turn of another one, which stays as it is. It is stored at once. Throws
   * "bad-use" when there is no such conversation or turn, or the turn is not answered yet.
   */
  async branch(conversationId: string, turnId: string): Promise<ChatSession> {
    const source = await this.open(conversationId);
    if (!source) throw new HearthError("bad-use", t("There is no such conversation any more."), { remedy: t("Begin a new chat.") });
    const conversation = branchConversation(source.conversation, turnId);
    await this.#deps.store.save(conversation).catch((error: unknown) => {
      this.#deps.log.write("warn", `The new conversation could not be saved yet: ${describeError(error)}`);
    });
    return this.#add(conversation);
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

  #add(conversation: Conversation): ChatSession {
    const session = new ChatSession(this.#deps, conversation);
    this.#open.set(conversation.id, Promise.resolve(session));
    return session;
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
