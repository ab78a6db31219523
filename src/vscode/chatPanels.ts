import { Uri, ViewColumn, type WebviewPanel, type WebviewPanelSerializer, window } from "vscode";
import { DisposableStore } from "../common/disposable";
import { describeError } from "../common/errors";
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
    const panel = window.createWebviewPanel(chatPanelType, "Hearth Chat", ViewColumn.Active, options);
    const chat = await this.#serve(panel, conversation);
    chat.focusInput();
    return chat;
  }

  /** Brings a tab back after the window was reloaded; `state` is what its view had kept. */
  async deserializeWebviewPanel(panel: WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = webviewOptions(this.deps.extension);
    await this.#serve(panel, this.deps.open(this.deps.tabs.claim(conversationOf(state))));
  }

  async #serve(panel: WebviewPanel, controller: Promise<ChatController>): Promise<ChatController> {
    const { extension, services } = this.deps;
    const store = new DisposableStore();
    const page = { port: webviewPort(panel.webview), isVisible: () => panel.visible };
    store.add(serveChat(page, controller, services));
    panel.onDidDispose(() => store.dispose());
    panel.iconPath = { light: icon(extension, "light"), dark: icon(extension, "dark") };
    panel.webview.html = webviewHtml(panel.webview, extension);
    const chat = await controller;
    this.#open.set(panel, chat);
    void this.deps.tabs.opened(chat.conversation.id);
    store.add({ dispose: () => this.#close(panel, chat) });
    if (store.isDisposed) return chat; // the tab went before its conversation came
    const name = () => (panel.title = tabTitle(chat.conversation));
    name();
    store.add(chat.onDidChange(name));
    return chat;
  }

  #close(panel: WebviewPanel, chat: ChatController): void {
    this.#open.delete(panel);
    void this.deps.tabs.closed(chat.conversation.id);
    chat.close().catch((error: unknown) => this.deps.log.write("warn", `A chat could not be closed: ${describeError(error)}`));
  }
}

function icon(extension: Uri, theme: "light" | "dark"): Uri {
  return Uri.joinPath(extension, "media", `hearth-${theme}.svg`);
}

function conversationOf(state: unknown): string | undefined {
  if (typeof state !== "object" || state === null || !("conversation" in state)) return undefined;
  return typeof state.conversation === "string" ? state.conversation : undefined;
}
