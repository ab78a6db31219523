import { setTimeout as sleep } from "node:timers/promises";
import type { Memento } from "vscode";
import { Emitter } from "../common/emitter";
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
  #sidebar: Promise<ChatController> | undefined;

  constructor(
    readonly deps: Deps,
    readonly memento: Pick<Memento, "get" | "update">,
  ) {}

  /** Fires when an answer begins or ends anywhere. */
  readonly onDidChange = this.#changed.subscribe;

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

  /** A chat for a tab: the stored conversation of that id, or a new one where there is none or it cannot be read. */
  async open(conversation: string | undefined): Promise<ChatController> {
    const { sessions } = this.deps;
    const stored = conversation === undefined ? undefined : await this.#stored(conversation);
    const shared = stored && [...this.#all].some((chat) => chat.conversation.id === stored.conversation.id);
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
    chat.onDidChange(() => void this.memento.update(sidebarKey, chat.conversation.id));
    return chat;
  }
}
