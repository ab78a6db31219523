import { commands, type QuickPickItem, QuickPickItemKind, window } from "vscode";
import { HearthError } from "../../common/errors";
import type { CodeIndex } from "../../rag/ports";
import { resolveLabel } from "../workspacePaths";
import { counted } from "../../common/counted";
import { type LeftOutRow, leftOutRows } from "./leftOutRows";

/** Most files that are listed. */
const limit = 5000;

interface FileItem extends QuickPickItem {
  /** Absent: a heading. */
  readonly path?: string;
}

/** Lists what the index leaves out, with the reasons, and opens the file that is chosen. */
export async function showLeftOut(index: Pick<CodeIndex, "leftOut">): Promise<void> {
  const rows = leftOutRows(await index.leftOut(limit));
  if (rows.length === 0) {
    void window.showInformationMessage("Hearth: no file is left out but those that ignore files and settings name.");
    return;
  }
  const count = rows.filter(({ kind }) => kind === "file").length;
  const title = `Left Out of the Index: ${count < limit ? counted(count, "file") : `the first ${counted(count, "file")}`}`;
  const placeHolder = "Files that ignore files and settings name are not listed";
  const chosen = await window.showQuickPick(rows.map(toItem), { title, placeHolder, matchOnDescription: true });
  if (chosen?.path !== undefined) await open(chosen.path);
}

/** By the editor's own choice of a view: a picture is no text. */
async function open(path: string): Promise<void> {
  const uri = await resolveLabel(path);
  if (!uri) throw new HearthError("bad-use", `${path} is not there any more.`);
  await commands.executeCommand("vscode.open", uri);
}

function toItem(row: LeftOutRow): FileItem {
  return row.kind === "group" ? { label: row.label, kind: QuickPickItemKind.Separator } : { ...row, kind: QuickPickItemKind.Default };
}
