import { commands, window } from "vscode";
import type { ChatHistory } from "../../chat/chatHistory";
import type { Chats } from "../chats";
import { chatViewId } from "../chatView";
import type { ModelActions } from "../modelActions";
import { ChatPlaces, type Panels } from "./chatPlaces";
import { ConversationFiles } from "./conversationFiles";
import type { ConversationServices } from "./conversationHandlers";
import { fileDialogs } from "./fileDialogs";

export interface ConversationsDeps {
  readonly chats: Chats;
  readonly history: ChatHistory;
  readonly models: ModelActions;
}

/** What the views and the commands can do with conversations. */
export interface Conversations extends ConversationServices {
  readonly places: ChatPlaces;
}

/** @param panels the tabs, which are made after this */
export function createConversations({ chats, history, models }: ConversationsDeps, panels: () => Panels): Conversations {
  const focusSidebar = () => Promise.resolve(commands.executeCommand(`${chatViewId}.focus`));
  return {
    history,
    files: new ConversationFiles(history, fileDialogs),
    places: new ChatPlaces({ chats, history, panels, focusSidebar }),
    confirm: async (question, detail, button) => (await window.showWarningMessage(question, { modal: true, detail }, button)) === button,
    pickModel: () => models.selectInstalled(),
  };
}
