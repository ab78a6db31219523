import { Range, type TextDocument, window, workspace } from "vscode";
import { HearthError } from "../common/errors";
import type { CodeRange } from "../rag/ports";
import { resolveLabel } from "./workspacePaths";

/** Shows the lines of a citation, an attachment or a search result in an editor. */
export async function openRange(range: CodeRange, { preserveFocus = false }: { readonly preserveFocus?: boolean } = {}): Promise<void> {
  const document = await documentOf(range);
  await window.showTextDocument(document, { selection: rangeIn(document, range), preview: true, preserveFocus });
}

/** Throws "bad-use" when the file is gone. */
export async function documentOf({ path }: CodeRange): Promise<TextDocument> {
  const uri = await resolveLabel(path);
  if (!uri) throw new HearthError("bad-use", `${path} is not there any more.`);
  return workspace.openTextDocument(uri);
}

/** Whole lines, as far as the document still has them. */
export function rangeIn(document: TextDocument, { startLine, endLine }: CodeRange): Range {
  const last = Math.max(0, Math.min(endLine, document.lineCount) - 1);
  const first = Math.max(0, Math.min(startLine - 1, last));
  return new Range(first, 0, last, document.lineAt(last).text.length);
}
