import { HearthError } from "../../common/errors";
import type { RequestHandlers } from "../../common/rpc";
import type { CodeRequests, ViewRange } from "../../webview/protocol";
import type { ChatController } from "../chatController";
import { rangeOf, textOf } from "../viewRequests";

/** What code in answers needs of the editor. */
export interface CodeServices {
  openRange(range: ViewRange): Promise<void>;
  insertCode(text: string): Promise<void>;
}

/** Serves what can be done with code in an answer. */
export function codeHandlers(_chat: () => Promise<ChatController>, services: CodeServices): RequestHandlers<CodeRequests> {
  const notYet = () => {
    throw new HearthError("internal", "Not built yet.");
  };
  return {
    insertCode: (params) => services.insertCode(textOf(params)),
    openRange: (params) => services.openRange(rangeOf(params)),
    applyCode: notYet,
    newFile: notYet,
    runInTerminal: notYet,
    resolveLinks: notYet,
    preview: notYet,
  };
}
