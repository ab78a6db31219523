import { type TextEditor, window } from "vscode";
import { HearthError } from "../common/errors";
import type { Attachment } from "../chat/types";
import type { ChatController } from "./chatController";
import { pathLabel } from "./workspacePaths";

const explainQuestion = "Explain this code.";

/** Asks the chat to explain what is selected. While it still answers, the code waits for the next question. */
export async function explainSelection(chat: ChatController): Promise<void> {
  const attachment = selectionOf(window.activeTextEditor);
  if (!chat.busy) return chat.ask(explainQuestion, [attachment]);
  chat.attach(attachment);
  void window.showInformationMessage("Hearth is still answering. The selection is attached to your next question.");
}

export function attachSelection(chat: ChatController): void {
  chat.attach(selectionOf(window.activeTextEditor));
}

/** The selected code with its place. A selection that ends at the start of a line does not take that line. */
function selectionOf(editor: TextEditor | undefined): Attachment {
  if (!editor || editor.selection.isEmpty) {
    throw new HearthError("bad-use", "Nothing is selected.", { remedy: "Select code in an editor first." });
  }
  const { document, selection } = editor;
  const { start, end } = selection;
  const endLine = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  return {
    path: pathLabel(document.uri),
    startLine: start.line + 1,
    endLine,
    language: document.languageId,
    text: document.getText(selection),
  };
}
