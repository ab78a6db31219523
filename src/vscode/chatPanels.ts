import { Uri, ViewColumn, type WebviewPanel, type WebviewPanelSerializer, window } from "vscode";
import { DisposableStore } from "../common/disposable";
import { describeError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import type { ChatController } from "./chatController";
import { serveChat, type ViewServices } from "./chatServer";
import type { TabMemory } from "./tabMemory";
import { tabTitle } from "./viewTurns";
import { webviewHtml, webviewOptions } from "./webviewHtml";
import { webviewPort } from "./webviewPort";

export const chatPanelType = "hearth.chatPanel";

export interface PanelDeps {
  readonly extension: Uri;
  /** The stored conversation, or a new one. */
  readonly open: (conversation: string | undefined) => Promise<ChatController>;
  readonly services: ViewServices;
  readonly tabs: TabMemory;
  readonly log: Log;
}

/** Chats in editor tabs, each with its own conversation. Closing a tab ends its answer; the conversation stays stored. */
export class ChatPanels implements WebviewPanelSerializer {
  readonly #open = new Map<WebviewPanel, ChatController>();

  constructor(readonly deps: PanelDeps) {}

  get controllers(): readonly ChatController[] {
    return [...this.#open.values()];
  }

  /** The chat of the tab that is in front. */
  get active(): ChatController | undefined {
    return [...this.#open].find(([panel]) => panel.active)?.[1];
  }

  /** Opens a tab with a new conversation, or with the one that is on its way. */
  async create(conversation: Promise<ChatController> = this.deps.open(undefined)): Promise<ChatController> {
    const options = { ...webviewOptions(this.deps.extension) };
    const panel = window.createWebviewPanel(chatPanelType, t("Hearth Chat"), ViewColumn.Active, options);
    const chat = await this.#serve(panel, conversation);
    chat.focusInput();
    return chat;
  }

  /** Brings the tab of the chat to the front. False: it has none. */
  reveal(chat: ChatController): boolean {
    const panel = this.#panelOf(chat);
    panel?.reveal();
    return panel !== undefined;
  }

  /** Closes the tab and leaves the chat as it is, with the answer that runs. False: it has no tab. */
  release(chat: ChatController): boolean {
    const panel = this.#panelOf(chat);
    if (!panel) return false;
    this.#open.delete(panel);
    panel.dispose();
    return true;
  }

  /** Brings a tab back after the window was reloaded; `state` is what its view had kept. */
  async deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = webviewOptions(this.deps.extension);
    await this.#serve(panel, this.deps.open(this.deps.tabs.claim(conversationOf(state))));
  }

  async #serve(panel: WebviewPanel, controller: Promise<ChatController>): Promise<ChatController> {
    const { extension, services, tabs } = this.deps;
    const store = new DisposableStore();
    const page = { port: webviewPort(panel.webview), isVisible: () => panel.visible };
    store.add(serveChat(page, controller, services));
    panel.onDidDispose(() => store.dispose());
    panel.iconPath = { light: icon(extension, "light"), dark: icon(extension, "dark") };
    panel.webview.html = webviewHtml(panel.webview, extension);
    const chat = await controller;
    this.#open.set(panel, chat);
    const shown = new ShownConversation(tabs, chat);
    store.add({ dispose: () => this.#close(panel, chat, shown) });
    if (store.isDisposed) return chat; // the tab went before its conversation came
    const follow = () => {
      panel.title = tabTitle(chat.conversation);
      shown.update();
    };
    follow();
    store.add(chat.onDidChange(follow));
    return chat;
  }

  #panelOf(chat: ChatController): WebviewPanel | undefined {
    return [...this.#open].find(([, other]) => other === chat)?.[0];
  }

  #close(panel: WebviewPanel, chat: ChatController, shown: ShownConversation): void {
    shown.end();
    const isReleased = !this.#open.delete(panel);
    if (isReleased) return;
    chat.close().catch((error: unknown) => this.deps.log.write("warn", `A chat could not be closed: ${describeError(error)}`));
  }
}

/** Keeps the conversation of a tab in mind, which may be another one after a while. */
class ShownConversation {
  #id: string;

  constructor(
    readonly tabs: TabMemory,
    readonly chat: ChatController,
  ) {
    this.#id = chat.conversation.id;
    void tabs.opened(this.#id);
  }

  update(): void {
    const { id } = this.chat.conversation;
    if (id === this.#id) return;
    void this.tabs.closed(this.#id);
    void this.tabs.opened(id);
    this.#id = id;
  }

  end(): void {
    void this.tabs.closed(this.#id);
  }
}

function icon(extension: Uri, theme: "light" | "dark"): Uri {
  return Uri.joinPath(extension, "media", `hearth-${theme}.svg`);
}

function conversationOf(state: unknown): string | undefined {
  if (typeof state !== "object" || state === null || !("conversation" in state)) return undefined;
  return typeof state.conversation === "string" ? state.conversation : undefined;
}
