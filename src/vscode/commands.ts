import { commands, type Disposable as VsDisposable, type LogOutputChannel } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { Log } from "../common/log";
import { actionCommands } from "./actions/actionCommands";
import type { ChatController } from "./chatController";
import type { ChatPanels } from "./chatPanels";
import type { Chats } from "./chats";
import { chatViewId, type ChatView } from "./chatView";
import { type CommandId, commandIds } from "./commandIds";
import { composerCommands } from "./composer/composerCommands";
import type { Composer } from "./composer/createComposer";
import { conversationCommands } from "./conversations/conversationCommands";
import type { Conversations } from "./conversations/createConversations";
import type { Editing } from "./edits/createEditing";
import { attachSelection } from "./explainSelection";
import type { Indexing } from "./indexing";
import { showIndex } from "./indexState/indexActions";
import { showMenu } from "./menu";
import type { ModelActions } from "./modelActions";
import type { PlatformCommands } from "./platform";
import { openSettings } from "./openSettings";
import { searchCode } from "./search/searchCode";
import { withErrorsShown } from "./showError";
import { modelSentence } from "./statusText";
import { explainTerminalSelection } from "./terminal/explainTerminalSelection";

/** What the commands work on. */
export interface CommandDeps {
  readonly chats: Chats;
  readonly view: ChatView;
  readonly panels: ChatPanels;
  readonly conversations: Conversations;
  readonly models: ModelActions;
  readonly composer: Composer;
  readonly editing: Editing;
  readonly indexing: Indexing;
  readonly platform: PlatformCommands;
  readonly channel: LogOutputChannel;
  readonly log: Log;
}

/** A command of a menu is handed what it was chosen on, such as a repository, or the clicked file and all selected ones. */
type Commands = Readonly<Record<CommandId, (...chosen: readonly unknown[]) => unknown>>;

/** Registers every command; one that fails tells why. */
export function registerCommands(deps: CommandDeps): Disposable {
  const store = new DisposableStore();
  const table = commandTable(deps);
  for (const id of commandIds) store.add(register(id, (...chosen) => withErrorsShown(deps.log, () => table[id](...chosen))));
  return store;
}

function register(id: CommandId, handler: (...chosen: readonly unknown[]) => Promise<void>): VsDisposable {
  return commands.registerCommand(id, handler);
}

function commandTable({ chats, view, panels, conversations, models, composer, editing, indexing, platform, channel, log }: CommandDeps): Commands {
  return {
    "hearth.newChat": async () => (await focusSidebar(chats)).startNew(),
    "hearth.openChatInEditor": () => panels.create(),
    "hearth.clearChat": async () => (await chatInFront(chats, view, panels)).clear(),
    "hearth.stopAnswer": () => stopAnswer(chats, panels),
    "hearth.compactChat": async () => (await chatInFront(chats, view, panels)).compact(),
    "hearth.focusChat": () => focusSidebar(chats),
    ...actionCommands({ editing, chat: () => focusSidebar(chats), log }),
    "hearth.attachSelection": async () => attachSelection(await focusSidebar(chats)),
    "hearth.selectModel": () => models.select(),
    "hearth.downloadModel": () => models.download(),
    "hearth.pickModelFile": () => models.pickFile(),
    "hearth.restartEngine": () => models.restart(),
    "hearth.searchCode": () => searchCode({ index: indexing.index, attach: async (code) => (await chatInFront(chats, view, panels)).attach(code), log }),
    "hearth.indexStatus": () => showIndex({ indexing, embeddingModel: () => models.embeddingName, log }),
    "hearth.rebuildIndex": () => indexing.update(),
    "hearth.selectEmbeddingModel": () => models.selectEmbedding(indexing),
    ...composerCommands({ composer, chat: () => focusSidebar(chats) }),
    "hearth.showLog": () => channel.show(),
    "hearth.showMenu": () => showMenu(modelSentence(models.status.state)),
    "hearth.openSettings": () => openSettings(),
    "hearth.explainTerminalSelection": () => explainTerminalSelection(() => focusSidebar(chats)),
    ...platform,
    ...conversationCommands({ ...conversations, chat: () => chatInFront(chats, view, panels), sidebar: () => focusSidebar(chats) }),
  };
}

async function focusSidebar(chats: Chats): Promise<ChatController> {
  await commands.executeCommand(`${chatViewId}.focus`);
  const chat = await chats.sidebar();
  chat.focusInput();
  return chat;
}

/** The sidebar's chat while it is on screen: its title bar has the button. Otherwise the tab in front. */
async function chatInFront(chats: Chats, view: ChatView, panels: ChatPanels): Promise<ChatController> {
  return (view.visible ? undefined : panels.active) ?? (await chats.sidebar());
}

/** The answer in the tab in front, or else every one that runs. */
async function stopAnswer(chats: Chats, panels: ChatPanels): Promise<void> {
  const { active } = panels;
  await Promise.all((active?.busy ? [active] : chats.busy).map((chat) => chat.stop()));
}
