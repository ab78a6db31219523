import { t } from "../../common/l10n";
import type { RequestHandlers } from "../../common/rpc";
import { turnOf as turnIn } from "../../chat/conversation";
import type { ChatHistory, HistoryRow } from "../../chat/chatHistory";
import { descendantsOf } from "../../chat/turnTree";
import type { ConversationRequests, ViewConversation } from "../../webview/protocol";
import type { ChatController } from "../chatController";
import { turnOf } from "../viewRequests";
import { conversationParams } from "./conversationRequests";
import type { ConversationFiles } from "./conversationFiles";

/** What the history needs of the editor. */
export interface ConversationServices {
  readonly history: Pick<ChatHistory, "list" | "rename" | "pin" | "restore">;
  readonly files: ConversationFiles;
  readonly places: ConversationPlaces;
  /** Asks for a yes; the button says what it does. */
  confirm(question: string, detail: string, button: string): Promise<boolean>;
  /** Asks which installed model, and sets it. Resolves to whether one was chosen. */
  pickModel(): Promise<boolean>;
}

/** Which conversation is on screen, and where. */
export interface ConversationPlaces {
  isOpen(id: string): boolean;
  /** Shows a stored conversation in this chat, or brings the view to the front that has it already. */
  show(id: string, chat: ChatController): Promise<void>;
  /** The same in a tab. */
  showInTab(id: string): Promise<void>;
  /** Puts a conversation away; the views that have it show a new one. */
  trash(id: string): Promise<void>;
}

/** Serves the history, the context view and what changes a conversation. */
export function conversationHandlers(chat: () => Promise<ChatController>, services: ConversationServices): RequestHandlers<ConversationRequests> {
  const { history, files, places } = services;
  return {
    history: async (params) => (await history.list(conversationParams("history", params))).map((row) => toViewConversation(row, places)),
    async openConversation(params) {
      const { id, inTab } = conversationParams("open", params);
      await (inTab ? places.showInTab(id) : places.show(id, await chat()));
    },
    renameConversation(params) {
      const { id, title } = conversationParams("rename", params);
      return history.rename(id, title);
    },
    pinConversation(params) {
      const { id, pinned } = conversationParams("pin", params);
      return history.pin(id, pinned);
    },
    deleteConversation: (params) => places.trash(conversationParams("one", params).id),
    restoreConversation: (params) => history.restore(conversationParams("one", params).id),
    async exportConversation(params) {
      const { id, format } = conversationParams("export", params);
      await files.save(id, format);
    },
    importConversation: () => files.open(),
    newConversation: async () => (await chat()).startNew(),
    context: async () => (await chat()).context(),
    deleteTurn: async (params) => deleteTurn(await chat(), turnOf(params), services),
    regenerateWith: async (params) => regenerateWith(await chat(), turnOf(params), services),
  };
}

function toViewConversation({ id, title, updatedAt, turns, pinned, workspace }: HistoryRow, places: ConversationPlaces): ViewConversation {
  return { id, title, updatedAt, turns, pinned, ...(workspace !== undefined && { workspace }), open: places.isOpen(id) };
}

/** It cannot be taken back, so it is asked for. */
async function deleteTurn(chat: ChatController, id: string, services: ConversationServices): Promise<void> {
  chat.assertFree();
  const { conversation } = chat;
  const following = turnIn(conversation, id) === undefined ? 0 : descendantsOf(conversation.turns, id).length - 1;
  const detail = following === 0 ? t("The question and its answer go for good.") : t("The question and its answer go for good, and so do the {0} that follow from it.", following);
  if (await services.confirm(t("Delete this question?"), detail, t("Delete"))) await chat.deleteTurn(id);
}

async function regenerateWith(chat: ChatController, id: string, services: ConversationServices): Promise<void> {
  chat.assertFree();
  if (await services.pickModel()) await chat.regenerate(id);
}
