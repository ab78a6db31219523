import { type TextEditor, window } from "vscode";
import { HearthError } from "../common/errors";
import { codeQuestion, type CodeQuestionKind } from "../chat/codeQuestions";
import { rangeAround } from "../chat/edits/editRange";
import type { Attachment } from "../chat/types";
import { t } from "../common/l10n";
import type { ChatController } from "./chatController";
import { pathLabel } from "./workspacePaths";

/**
 * Asks the chat about what is selected, or else about the function at the cursor. While it still answers, the code waits
 * for the next question.
 */
export async function askAboutCode(chat: ChatController, kind: CodeQuestionKind, extra = ""): Promise<void> {
  const attachment = selectionOf(window.activeTextEditor) ?? atCursor(window.activeTextEditor);
  if (!attachment) throw new HearthError("bad-use", t("There is no code in front."), { remedy: t("Put the cursor into the code that you mean, or select it.") });
  if (!chat.busy) return chat.ask(codeQuestion(kind, extra), [attachment]);
  chat.attach(attachment);
  void window.showInformationMessage(t("Hearth is still answering. The code is attached to your next question."));
}

export function attachSelection(chat: ChatController): void {
  const attachment = selectionOf(window.activeTextEditor);
  if (!attachment) throw new HearthError("bad-use", t("Nothing is selected."), { remedy: t("Select code in an editor first.") });
  chat.attach(attachment);
}

/** The selected code with its place. A selection that ends at the start of a line does not take that line. */
function selectionOf(editor: TextEditor | undefined): Attachment | undefined {
  if (!editor || editor.selection.isEmpty) return undefined;
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

function atCursor(editor: TextEditor | undefined): Attachment | undefined {
  if (!editor) return undefined;
  const { document, selection } = editor;
  const lines = document.getText().split(/\r?\n/);
  const { start, end } = rangeAround(lines, selection.active.line);
  const text = lines.slice(start, end).join("\n");
  return text.trim() === "" ? undefined : { path: pathLabel(document.uri), startLine: start + 1, endLine: end, language: document.languageId, text };
}
