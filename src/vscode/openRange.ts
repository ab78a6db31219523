import { Range, window, workspace } from "vscode";
import { HearthError } from "../common/errors";
import type { ViewRange } from "../webview/protocol";
import { resolveLabel } from "./workspacePaths";

/** Shows the lines of a citation or an attachment in an editor. */
export async function openRange({ path, startLine, endLine }: ViewRange): Promise<void> {
  const uri = await resolveLabel(path);
  if (!uri) throw new HearthError("bad-use", `${path} is not there any more.`);
  const document = await workspace.openTextDocument(uri);
  const last = Math.max(0, Math.min(endLine, document.lineCount) - 1);
  const first = Math.max(0, Math.min(startLine - 1, last));
  const selection = new Range(first, 0, last, document.lineAt(last).text.length);
  await window.showTextDocument(document, { selection, preview: true });
}
