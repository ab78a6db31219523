import { workspace } from "vscode";
import type { ViewPreview, ViewRange } from "../../webview/protocol";
import { rangeIn } from "../openRange";
import { fileNamed } from "./fileNamed";

const mostLines = 40;

/** The lines as they are now, at most 40; null where there is no such file or it is no text. */
export async function previewRange(range: ViewRange): Promise<ViewPreview | null> {
  const uri = await fileNamed(range.path);
  if (!uri) return null;
  try {
    const document = await workspace.openTextDocument(uri);
    const endLine = Math.min(range.endLine, range.startLine + mostLines - 1);
    const lines = rangeIn(document, { ...range, endLine });
    return { path: range.path, startLine: lines.start.line + 1, endLine: lines.end.line + 1, text: document.getText(lines), language: document.languageId };
  } catch {
    return null;
  }
}
