import { turnOf } from "../../chat/conversation";
import type { RequestHandlers } from "../../common/rpc";
import type { CodeRequests, ViewCode, ViewLink, ViewPreview, ViewRange } from "../../webview/protocol";
import type { ChatController } from "../chatController";
import { rangeOf, textOf } from "../viewRequests";
import { codeOf, textsOf } from "./codeRequests";

/** What code in answers needs of the editor. */
export interface CodeServices {
  openRange(range: ViewRange): Promise<void>;
  insertCode(text: string): Promise<void>;
  /** Shows the code as a change. `cited`: files that the answer's turn names. */
  applyCode(code: ViewCode, cited: readonly string[]): Promise<void>;
  newFile(code: ViewCode): Promise<void>;
  runInTerminal(text: string): Promise<void>;
  resolveLinks(texts: readonly string[]): Promise<readonly (ViewLink | null)[]>;
  preview(range: ViewRange): Promise<ViewPreview | null>;
}

/** Serves what can be done with code in an answer. */
export function codeHandlers(chat: () => Promise<ChatController>, services: CodeServices): RequestHandlers<CodeRequests> {
  return {
    insertCode: (params) => services.insertCode(textOf(params)),
    openRange: (params) => services.openRange(rangeOf(params)),
    applyCode: async (params) => {
      const code = codeOf(params);
      await services.applyCode(code, citedBy(await chat(), code.turn));
    },
    newFile: (params) => services.newFile(codeOf(params)),
    runInTerminal: (params) => services.runInTerminal(codeOf(params).text),
    resolveLinks: (params) => services.resolveLinks(textsOf(params)),
    preview: (params) => services.preview(rangeOf(params)),
  };
}

/** Files that a turn cites or has attached, as they are named in the workspace. */
function citedBy({ conversation }: ChatController, id: string): readonly string[] {
  const turn = turnOf(conversation, id);
  return turn ? [...new Set([...turn.question.attachments, ...turn.citations].map(({ path }) => path))] : [];
}
