import { NotebookEditorRevealType, NotebookRange, Range, type TextDocument, type Uri, window, workspace } from "vscode";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { cellsOf, isNotebook } from "../rag/notebooks";
import type { CodeRange } from "../rag/ports";
import { decodeSource } from "../rag/sourceText";
import { resolveLabel } from "./workspacePaths";

/** Shows the lines of a citation, an attachment or a search result in an editor; of a notebook, the cells that they lie in. */
export async function openRange(range: CodeRange, { preserveFocus = false }: { readonly preserveFocus?: boolean } = {}): Promise<void> {
  const uri = await uriOf(range);
  if (isNotebook(range.path) && (await showCells(uri, range, preserveFocus))) return;
  const document = await workspace.openTextDocument(uri);
  await window.showTextDocument(document, { selection: rangeIn(document, range), preview: true, preserveFocus });
}

/** Throws "bad-use" when the file is gone. */
export async function documentOf(range: CodeRange): Promise<TextDocument> {
  return workspace.openTextDocument(await uriOf(range));
}

async function uriOf({ path }: CodeRange): Promise<Uri> {
  const uri = await resolveLabel(path);
  if (!uri) throw new HearthError("bad-use", t("{0} is not there any more.", path));
  return uri;
}

/** False where no cell has these lines, or the editor cannot read the notebook: its text is there to be shown then. */
async function showCells(uri: Uri, range: CodeRange, preserveFocus: boolean): Promise<boolean> {
  const cells = cellsOf(decodeSource(await workspace.fs.readFile(uri)), range);
  const notebook = cells && (await workspace.openNotebookDocument(uri).then((opened) => opened, () => undefined));
  if (!notebook) return false;
  const shown = new NotebookRange(cells.start, cells.end);
  const editor = await window.showNotebookDocument(notebook, { selections: [shown], preview: true, preserveFocus });
  editor.revealRange(shown, NotebookEditorRevealType.InCenterIfOutsideViewport);
  return true;
}

/** Whole lines, as far as the document still has them. */
export function rangeIn(document: TextDocument, { startLine, endLine }: CodeRange): Range {
  const last = Math.max(0, Math.min(endLine, document.lineCount) - 1);
  const first = Math.max(0, Math.min(startLine - 1, last));
  return new Range(first, 0, last, document.lineAt(last).text.length);
}
