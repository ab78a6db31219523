import { setTimeout as sleep } from "node:timers/promises";
import type { Memento } from "vscode";
import type { Disposable } from "../common/disposable";
import { Emitter } from "../common/emitter";
import { t } from "../common/l10n";
import { HearthError } from "../common/errors";
import type { ChatSession } from "../chat/session";
import type { Sessions } from "../chat/sessions";
import { ChatController, type ChatDeps } from "./chatController";

const sidebarKey = "hearth.sidebarConversation";

interface Deps extends Omit<ChatDeps, "sessions"> {
  readonly sessions: Pick<Sessions, "create" | "open" | "branch" | "close">;
  /** Tells the person that a stored conversation could not be opened. */
  readonly restoreFailed: (error: unknown) => void;
}

/** Every chat that is open: the sidebar's, whose conversation comes back with the workspace, and those of the tabs. */
export class Chats {
  readonly #all = new Set<ChatController>();
  readonly #changed = new Emitter<void>();
  readonly #sidebarReplaced = new Emitter<ChatController>();
  #sidebar: Promise<ChatController> | undefined;
  /** Keeps the id of the sidebar's conversation. */
  #following: Disposable | undefined;

  constructor(
    readonly deps: Deps,
    readonly memento: Pick<Memento, "get" | "update">,
  ) {}

  /** Fires when an answer begins or ends anywhere. */
  readonly onDidChange = this.#changed.subscribe;

  /** Fires when the sidebar has another chat. */
  readonly onDidReplaceSidebar = this.#sidebarReplaced.subscribe;

  /** Chats in which an answer runs. */
  get busy(): readonly ChatController[] {
    return [...this.#all].filter((chat) => chat.busy);
  }

  /** The sidebar's chat; made or restored when it is first asked for. */
  sidebar(): Promise<ChatController> {
    this.#sidebar ??= this.#restoreSidebar().catch((error: unknown) => {
      // What failed once is tried again the next time.
      this.#sidebar = undefined;
      throw error;
    });
    return this.#sidebar;
  }

  /** The chat that has the conversation before it. */
  of(conversation: string): ChatController | undefined {
    return [...this.#all].find((chat) => chat.conversation.id === conversation);
  }

  /** Shows a stored conversation in a chat. Throws "bad-use" when there is none, and what reading it throws. */
  async show(chat: ChatController, conversation: string): Promise<void> {
    const session = await this.deps.sessions.open(conversation);
    if (!session) throw new HearthError("bad-use", t("There is no such chat any more."), { remedy: t("Pick another one.") });
    await chat.show(session);
  }

  /** The sidebar's chat as it is, with the answer that runs; the sidebar has a new one from now on. */
  async takeFromSidebar(): Promise<ChatController> {
    const chat = await this.sidebar();
    this.#placeInSidebar(this.#add(this.deps.sessions.create()));
    return chat;
  }

  /** The sidebar goes on with this chat. The one that was there is closed, and stays stored. */
  async putInSidebar(chat: ChatController): Promise<void> {
    const old = await this.sidebar();
    if (old === chat) return;
    this.#placeInSidebar(chat);
    await old.close();
  }

  /** Tells every view that the stored conversations are others now. */
  historyChanged(): void {
    for (const chat of this.#all) chat.historyChanged();
  }

  /** A chat for a tab: the stored conversation of that id, or a new one where there is none or it cannot be read. */
  async open(conversation: string | undefined): Promise<ChatController> {
    const { sessions } = this.deps;
    const stored = conversation === undefined ? undefined : await this.#stored(conversation);
    const shared = stored && this.of(stored.conversation.id) !== undefined;
    return this.#add(stored && !shared ? stored : sessions.create());
  }

  /** A chat with a new conversation that goes on from a turn of another one. */
  async branch(conversation: string, turn: string): Promise<ChatController> {
    return this.#add(await this.deps.sessions.branch(conversation, turn));
  }

  /** Lets go of all chats: stops every answer and resolves when all have ended and are stored, but after `limitMs` at the latest. */
  async end(limitMs: number): Promise<void> {
    const ended = Promise.all([...this.#all].map((chat) => chat.idle));
    for (const chat of this.#all) chat.dispose();
    this.#changed.dispose();
    this.#sidebarReplaced.dispose();
    await Promise.race([ended, sleep(limitMs, undefined, { ref: false })]);
  }

  #add(session: ChatSession): ChatController {
    const chat = new ChatController(this.deps, session);
    this.#all.add(chat);
    chat.onDidChange(() => this.#changed.fire());
    chat.onDidClose(() => this.#all.delete(chat));
    return chat;
  }

  async #stored(conversation: string): Promise<ChatSession | undefined> {
    try {
      return await this.deps.sessions.open(conversation);
    } catch (error) {
      this.deps.restoreFailed(error);
      return undefined;
    }
  }

  async #restoreSidebar(): Promise<ChatController> {
    const id = this.memento.get<unknown>(sidebarKey);
    const chat = await this.open(typeof id === "string" ? id : undefined);
    this.#follow(chat);
    return chat;
  }

  #placeInSidebar(chat: ChatController): void {
    this.#sidebar = Promise.resolve(chat);
    this.#follow(chat);
    void this.memento.update(sidebarKey, chat.conversation.id);
    this.#sidebarReplaced.fire(chat);
    this.#changed.fire();
  }

  #follow(chat: ChatController): void {
    this.#following?.dispose();
    this.#following = chat.onDidChange(() => void this.memento.update(sidebarKey, chat.conversation.id));
  }
}
