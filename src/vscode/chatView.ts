import type { Uri, WebviewView, WebviewViewProvider } from "vscode";
import type { Subscribe } from "../common/emitter";
import type { ChatController } from "./chatController";
import { serveChat, type ViewServices } from "./chatServer";
import { webviewHtml, webviewOptions } from "./webviewHtml";
import { webviewPort } from "./webviewPort";

export const chatViewId = "hearth.chat";

/** The chat in the sidebar. The editor makes and drops the view as it likes; the conversation is the controller's. */
export class ChatView implements WebviewViewProvider {
  #view: WebviewView | undefined;

  constructor(
    readonly extension: Uri,
    readonly controller: () => Promise<ChatController>,
    readonly onDidReplace: Subscribe<ChatController>,
    readonly services: ViewServices,
  ) {}

  get visible(): boolean {
    return this.#view?.visible ?? false;
  }

  resolveWebviewView(view: WebviewView): void {
    this.#view = view;
    view.webview.options = webviewOptions(this.extension);
    const page = { port: webviewPort(view.webview), isVisible: () => view.visible };
    const server = serveChat(page, this.controller(), this.services);
    const following = this.onDidReplace((chat) => server.show(chat));
    view.onDidDispose(() => {
      following.dispose();
      server.dispose();
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = webviewHtml(view.webview, this.extension);
  }
}
