import { type EmptyContract, type Port, type RequestHandlers, RpcPeer } from "../common/rpc";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { ShellContract, ViewAction } from "../webview/protocol";
import type { ChatController } from "./chatController";
import { composerHandlers, type ComposerServices } from "./composer/composerHandlers";
import { conversationHandlers, type ConversationServices } from "./conversations/conversationHandlers";
import { codeHandlers, type CodeServices } from "./edits/codeHandlers";
import { takeTyped } from "./typedText";
import { actionOf, enabledOf, indexOf, textOf, turnOf } from "./viewRequests";

/** Actions that ask the question of a turn again. */
type TurnAction = "retry" | "summarise" | "dropOldest";

/** Actions that concern the whole editor. */
export type EditorAction = Exclude<ViewAction, TurnAction>;

/** What a chat view can ask of the editor beyond its own conversation. */
export interface ViewServices {
  act(action: EditorAction): Promise<void>;
  /** Opens a tab with a new conversation that goes on from a turn of this one. */
  branchInTab(conversation: string, turn: string): Promise<void>;
  readonly composer: ComposerServices;
  readonly code: CodeServices;
  readonly conversations: ConversationServices;
  setContext(enabled: boolean): Promise<void>;
  /** A view is on screen: the model may be loaded. */
  opened(): void;
}

/** The page that shows a chat. */
export interface ChatPage {
  readonly port: Port;
  /** Whether a person can see it now. */
  readonly isVisible: () => boolean;
}

/** Serves one webview. Disposing it leaves the controller alone. */
export interface ChatServer extends Disposable {
  /** Shows another chat from now on. */
  show(chat: ChatController): void;
}

/** Serves one webview from a controller that may still be on its way. */
export function serveChat({ port, isVisible }: ChatPage, first: Promise<ChatController>, services: ViewServices): ChatServer {
  const store = new DisposableStore();
  let controller = first;
  let sink: Disposable | undefined;
  const connect = (chat: ChatController) => {
    sink?.dispose();
    sink = store.add(chat.connect((name, value) => peer.emit(name, value), isVisible));
  };
  const peer = new RpcPeer<ShellContract, EmptyContract>(port, {
    async ready() {
      const chat = await controller;
      // First, so that the state has what follows from it: a model that begins to load.
      services.opened();
      const { state } = chat;
      connect(chat);
      return state;
    },
    ask: async (params) => takeTyped(await controller, textOf(params), services.composer),
    ...turnHandlers(() => controller),
    branchInTab: async (params) => services.branchInTab((await controller).conversation.id, turnOf(params)),
    setContext: (params) => services.setContext(enabledOf(params)),
    ...composerHandlers(() => controller, services.composer),
    ...codeHandlers(() => controller, services.code),
    ...conversationHandlers(() => controller, services.conversations),
    async action(params) {
      const { action, turn } = actionOf(params);
      await act(await controller, services, action, turn);
    },
  });
  store.add(peer);
  return {
    dispose: () => store.dispose(),
    show(chat) {
      controller = Promise.resolve(chat);
      if (!sink) return; // it has not asked yet
      peer.emit("state", chat.state);
      connect(chat);
    },
  };
}

type TurnRequest = "stop" | "edit" | "regenerate" | "selectBranch" | "reproduce" | "removeAttachment";

/** Hands on what is about the chat's own turns. */
function turnHandlers(chat: () => Promise<ChatController>): Pick<RequestHandlers<ShellContract["requests"]>, TurnRequest> {
  return {
    stop: async () => (await chat()).stop(),
    edit: async (params) => (await chat()).edit(turnOf(params), textOf(params)),
    regenerate: async (params) => (await chat()).regenerate(turnOf(params)),
    selectBranch: async (params) => (await chat()).selectBranch(turnOf(params)),
    reproduce: async (params) => (await chat()).reproduce(turnOf(params)),
    removeAttachment: async (params) => (await chat()).removeAttachment(indexOf(params)),
  };
}

/** What mends the engine for a question asks it again afterwards. */
async function act(chat: ChatController, services: ViewServices, action: ViewAction, turn: string | undefined): Promise<void> {
  if (!isTurnAction(action)) await services.act(action);
  if (turn === undefined) return;
  if (action === "summarise" || action === "dropOldest") await chat.regenerate(turn, { contextFull: action });
  else if (action === "retry" || action === "useProcessor" || action === "useSmallerContext") await chat.regenerate(turn);
}

function isTurnAction(action: ViewAction): action is TurnAction {
  return action === "retry" || action === "summarise" || action === "dropOldest";
}
