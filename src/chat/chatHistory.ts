import { describeError, HearthError } from "../common/errors";
import { Emitter } from "../common/emitter";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import type { ChatModel } from "../engine/ports";
import { newConversation, renamed } from "./conversation";
import type { ConversationLibrary, Shelf } from "./conversationLibrary";
import { importConversation } from "./importConversation";
import { searchSummaries } from "./searchSummaries";
import type { Sessions } from "./sessions";
import type { ConversationSummary } from "./store";
import type { Conversation } from "./types";

export interface HistoryDeps {
  readonly library: Pick<ConversationLibrary, "store" | "others" | "find">;
  readonly sessions: Pick<Sessions, "opened" | "close">;
  readonly model: Pick<ChatModel, "forget">;
  readonly log: Log;
}

export interface HistoryRow extends ConversationSummary {
  /** The workspace it belongs to; absent: this one. */
  readonly workspace?: string;
}

export interface HistoryQuery {
  /** Words that the title or the questions have; upper case and diacritics do not count. Empty: all. */
  readonly query: string;
  /** Those of other workspaces, too. */
  readonly all: boolean;
}

/** What can be done with stored conversations, open or not. Every method throws "bad-use" when there is no such conversation. */
export class ChatHistory {
  readonly #deps: HistoryDeps;
  readonly #changed = new Emitter<void>();
  /** Where each lies that was thrown away in this window. */
  readonly #trashed = new Map<string, Shelf>();
  /** Copies that were made in this window, by the id of the original. */
  readonly #copies = new Map<string, string>();

  constructor(deps: HistoryDeps) {
    this.#deps = deps;
  }

  /** Fires when the list may be another one because of what was done here. */
  readonly onDidChange = this.#changed.subscribe;

  /** Pinned ones first, then the newest. */
  async list({ query, all }: HistoryQuery): Promise<readonly HistoryRow[]> {
    const { library } = this.#deps;
    const shelves: readonly Shelf[] = [{ store: library.store }, ...(all ? await library.others() : [])];
    const lists = await Promise.all(shelves.map(async ({ store, workspace }) => (await store.list()).map((row): HistoryRow => (workspace === undefined ? row : { ...row, workspace }))));
    return searchSummaries(lists.flat(), query).sort((a, b) => Number(b.pinned) - Number(a.pinned) || b.updatedAt - a.updatedAt);
  }

  /** An empty title: the first question names it again. */
  async rename(id: string, title: string): Promise<void> {
    const session = await this.#deps.sessions.opened(id);
    if (session) await session.rename(title);
    else await this.#change(id, (conversation) => renamed(conversation, title));
    this.#changed.fire();
  }

  async pin(id: string, pinned: boolean): Promise<void> {
    const session = await this.#deps.sessions.opened(id);
    if (session) await session.pin(pinned);
    else await this.#change(id, (conversation) => ({ ...conversation, pinned }));
    this.#changed.fire();
  }

  /** Puts it away; `restore` brings it back. Its session is closed. */
  async trash(id: string): Promise<void> {
    const shelf = await this.#find(id);
    await this.#deps.sessions.close(id);
    await shelf.store.trash(id);
    this.#trashed.set(id, shelf);
    this.#changed.fire();
    this.#deps.model.forget(id).catch((error: unknown) => this.#deps.log.write("warn", `The engine did not let go of a conversation: ${describeError(error)}`));
  }

  async restore(id: string): Promise<void> {
    const { store } = this.#trashed.get(id) ?? { store: this.#deps.library.store };
    if (!(await store.restore(id))) throw new HearthError("bad-use", t("The chat is no longer in the trash."), { remedy: t("It is kept there for 30 days.") });
    this.#trashed.delete(id);
    this.#changed.fire();
  }

  async read(id: string): Promise<Conversation> {
    const session = await this.#deps.sessions.opened(id);
    const conversation = session?.conversation ?? (await (await this.#find(id)).store.load(id));
    return conversation ?? missing();
  }

  /** The id under which the conversation can be opened here: one of another workspace is copied into this one, and stays as it is there. */
  async own(id: string): Promise<string> {
    if (await this.#deps.sessions.opened(id)) return id;
    const { store, workspace } = await this.#find(id);
    if (workspace === undefined) return id;
    const copied = this.#copies.get(id);
    if (copied !== undefined && (await this.#deps.library.store.load(copied))) return copied;
    const conversation = await store.load(id);
    const copy = { ...(conversation ?? missing()), id: newConversation().id };
    await this.#deps.library.store.save(copy);
    this.#copies.set(id, copy.id);
    this.#changed.fire();
    return copy.id;
  }

  /** Takes an exported conversation in and resolves with its id. Throws "bad-use" when the text is none. */
  async add(text: string): Promise<string> {
    const { id } = await this.#deps.library.store.save(importConversation(text));
    this.#changed.fire();
    return id;
  }

  async #change(id: string, change: (conversation: Conversation) => Conversation): Promise<void> {
    const { store } = await this.#find(id);
    const conversation = (await store.load(id)) ?? missing();
    await store.save(change(conversation), conversation);
  }

  async #find(id: string): Promise<Shelf> {
    return (await this.#deps.library.find(id)) ?? missing();
  }
}

function missing(): never {
  throw new HearthError("bad-use", t("There is no such chat any more."), { remedy: t("Pick another one.") });
}
