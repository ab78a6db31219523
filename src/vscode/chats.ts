import type { Memento } from "vscode";
import type { Disposable } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type { Sessions } from "../chat/sessions";
import { ChatController, type ChatDeps } from "./chatController";

const sidebarKey = "hearth.sidebarConversation";

type Deps = Omit<ChatDeps, "sessions"> & { readonly sessions: Pick<Sessions, "create" | "open" | "close"> };

/** Every chat that is open: the sidebar's, whose conversation comes back with the workspace, and those of the tabs. */
export class Chats implements Disposable {
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
    this.#sidebar ??= this.#restoreSidebar();
    return this.#sidebar;
  }

  /** A chat for a tab: the stored conversation of that id, or a new one. */
  async open(conversation: string | undefined): Promise<ChatController> {
    const { sessions } = this.deps;
    const stored = conversation === undefined ? undefined : await sessions.open(conversation);
    const shared = stored && [...this.#all].some((chat) => chat.conversation.id === stored.conversation.id);
    const chat = new ChatController(this.deps, stored && !shared ? stored : sessions.create());
    this.#all.add(chat);
    chat.onDidChange(() => this.#changed.fire());
    chat.onDidClose(() => this.#all.delete(chat));
    return chat;
  }

  dispose(): void {
    for (const chat of this.#all) chat.dispose();
    this.#changed.dispose();
  }

  async #restoreSidebar(): Promise<ChatController> {
    const id = this.memento.get<unknown>(sidebarKey);
    const chat = await this.open(typeof id === "string" ? id : undefined);
    chat.onDidChange(() => void this.memento.update(sidebarKey, chat.conversation.id));
    return chat;
  }
}
