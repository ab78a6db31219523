import { type EmptyContract, type Port, RpcPeer } from "../common/rpc";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { ShellContract, ViewAction, ViewRange } from "../webview/protocol";
import type { ChatController } from "./chatController";
import { actionOf, enabledOf, indexOf, rangeOf, textOf } from "./viewRequests";

/** What a chat view can ask of the editor beyond its own conversation. */
export interface ViewServices {
  act(action: Exclude<ViewAction, "retry">): Promise<void>;
  openRange(range: ViewRange): Promise<void>;
  insertCode(text: string): Promise<void>;
  setContext(enabled: boolean): Promise<void>;
  /** A view is on screen: the model may be loaded. */
  opened(): void;
}

/** Serves one webview from a controller that may still be on its way. Disposing it leaves the controller alone. */
export function serveChat(port: Port, controller: Promise<ChatController>, services: ViewServices): Disposable {
  const store = new DisposableStore();
  let sink: Disposable | undefined;
  const peer = new RpcPeer<ShellContract, EmptyContract>(port, {
    async ready() {
      const chat = await controller;
      sink?.dispose();
      // First, so that the state has what follows from it: a model that begins to load.
      services.opened();
      const { state } = chat;
      sink = store.add(chat.connect((name, value) => peer.emit(name, value)));
      return state;
    },
    ask: async (params) => (await controller).ask(textOf(params)),
    stop: async () => (await controller).stop(),
    removeAttachment: async (params) => (await controller).removeAttachment(indexOf(params)),
    openRange: (params) => services.openRange(rangeOf(params)),
    setContext: (params) => services.setContext(enabledOf(params)),
    insertCode: (params) => services.insertCode(textOf(params)),
    async action(params) {
      const { action, turn } = actionOf(params);
      if (action !== "retry") return services.act(action);
      if (turn !== undefined) await (await controller).retry(turn);
    },
  });
  store.add(peer);
  return store;
}
