import type { RequestHandlers } from "../../common/rpc";
import { HearthError } from "../../common/errors";
import type { ComposerRequests } from "../../webview/protocol";
import type { ChatController } from "../chatController";

/** What the composer needs of the editor beyond the chat. */
export interface ComposerServices {
  readonly placeholder?: never;
}

/** Serves what a person writes and attaches. */
export function composerHandlers(_chat: () => Promise<ChatController>, _services: ComposerServices): RequestHandlers<ComposerRequests> {
  const notYet = () => {
    throw new HearthError("internal", "Not built yet.");
  };
  return { mentions: notYet, addMention: notYet, dropFiles: notYet, pasteCode: notYet, slashCommands: notYet, draftSize: notYet };
}
