import { type EmptyContract, type Port, RpcPeer } from "../common/rpc";
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

/** Serves one webview from a controller that may still be on its way. Disposing it leaves the controller alone. */
export function serveChat({ port, isVisible }: ChatPage, controller: Promise<ChatController>, services: ViewServices): Disposable {
  const store = new DisposableStore();
  let sink: Disposable | undefined;
  const peer = new RpcPeer<ShellContract, EmptyContract>(port, {
    async ready() {
      const chat = await controller;
      sink?.dispose();
      // First, so that the state has what follows from it: a model that begins to load.
      services.opened();
      const { state } = chat;
      sink = store.add(chat.connect((name, value) => peer.emit(name, value), isVisible));
      return state;
    },
    ask: async (params) => takeTyped(await controller, textOf(params)),
    stop: async () => (await controller).stop(),
    edit: async (params) => (await controller).edit(turnOf(params), textOf(params)),
    regenerate: async (params) => (await controller).regenerate(turnOf(params)),
    selectBranch: async (params) => (await controller).selectBranch(turnOf(params)),
    branchInTab: async (params) => services.branchInTab((await controller).conversation.id, turnOf(params)),
    reproduce: async (params) => (await controller).reproduce(turnOf(params)),
    removeAttachment: async (params) => (await controller).removeAttachment(indexOf(params)),
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
  return store;
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
