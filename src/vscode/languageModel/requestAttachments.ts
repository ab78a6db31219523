import { type ChatPromptReference, Location, Range, Uri, workspace } from "vscode";
import type { Attachment } from "../../chat/types";
import { pathLabel } from "../workspacePaths";

/** The files and selections that a question of the editor's chat names. What cannot be read is left out. */
export async function requestAttachments(references: readonly ChatPromptReference[]): Promise<readonly Attachment[]> {
  const attachments = await Promise.all(references.map(({ value }) => attachmentOf(value)));
  return attachments.filter((attachment) => attachment !== undefined);
}

async function attachmentOf(value: unknown): Promise<Attachment | undefined> {
  if (value instanceof Location) return codeOf(value.uri, value.range);
  if (value instanceof Uri) return codeOf(value, undefined);
  return undefined;
}

async function codeOf(uri: Uri, range: Range | undefined): Promise<Attachment | undefined> {
  try {
    const document = await workspace.openTextDocument(uri);
    const { start, end } = range ?? new Range(0, 0, document.lineCount, 0);
    const [first, last] = [start.line, Math.min(end.line, document.lineCount - 1)];
    const text = document.getText(new Range(first, 0, last, document.lineAt(last).text.length));
    return { path: pathLabel(uri), startLine: first + 1, endLine: last + 1, language: document.languageId, text };
  } catch {
    return undefined; // a folder, an image or a file that is gone is no text
  }
}
