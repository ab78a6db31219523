import type { ChatSession } from "../../chat/session";
import type { ConversationStore } from "../../chat/store";
import type { Conversation } from "../../chat/types";
import type { Log } from "../../common/log";
import type { Core } from "../core";
import { forgetConversation } from "../passingSession";

/** The conversation that a chat is in. It ends with the chat, or when another one takes its place. */
export class CurrentSession {
  readonly #core: Core;
  readonly #store: ConversationStore;
  readonly #log: Log;
  #session: ChatSession;

  /** @param store the one that the core keeps its conversations in */
  constructor(core: Core, store: ConversationStore, log: Log) {
    this.#core = core;
    this.#store = store;
    this.#log = log;
    this.#session = core.sessions.create();
  }

  get session(): ChatSession {
    return this.#session;
  }

  /** Goes on with another conversation, which is new to the store. */
  async replace(conversation: Conversation): Promise<void> {
    await this.#store.save(conversation);
    const session = await this.#core.sessions.open(conversation.id);
    if (!session) return;
    const { id } = this.#session.conversation;
    this.#session = session;
    await this.#core.sessions.close(id);
    await forgetConversation(this.#core.engine, id, this.#log);
  }

  end(): Promise<void> {
    return forgetConversation(this.#core.engine, this.#session.conversation.id, this.#log);
  }
}
