import type { RequestHandlers } from "../../common/rpc";
import { HearthError } from "../../common/errors";
import type { ConversationRequests } from "../../webview/protocol";
import type { ChatController } from "../chatController";

/** What the history needs of the editor. */
export interface ConversationServices {
  readonly placeholder?: never;
}

/** Serves the history, the context view and what changes a conversation. */
export function conversationHandlers(_chat: () => Promise<ChatController>, _services: ConversationServices): RequestHandlers<ConversationRequests> {
  const notYet = () => {
    throw new HearthError("internal", "Not built yet.");
  };
  return { history: notYet, openConversation: notYet, renameConversation: notYet, pinConversation: notYet, deleteConversation: notYet, restoreConversation: notYet, exportConversation: notYet, importConversation: notYet, newConversation: notYet, context: notYet, deleteTurn: notYet, regenerateWith: notYet };
}
