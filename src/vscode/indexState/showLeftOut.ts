import { commands, type QuickPickItem, QuickPickItemKind, window } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
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
    void window.showInformationMessage(t("Hearth: no file is left out but those that ignore files and settings name."));
    return;
  }
  const count = rows.filter(({ kind }) => kind === "file").length;
  const title = titleOf(count);
  const placeHolder = t("Files that ignore files and settings name are not listed");
  const chosen = await window.showQuickPick(rows.map(toItem), { title, placeHolder, matchOnDescription: true });
  if (chosen?.path !== undefined) await open(chosen.path);
}

function titleOf(count: number): string {
  if (count < limit) return counted(count, t("Left Out of the Index: {0} file"), t("Left Out of the Index: {0} files"));
  return counted(count, "", t("Left Out of the Index: the first {0} files"));
}

/** By the editor's own choice of a view: a picture is no text. */
async function open(path: string): Promise<void> {
  const uri = await resolveLabel(path);
  if (!uri) throw new HearthError("bad-use", t("{0} is not there any more.", path));
  await commands.executeCommand("vscode.open", uri);
}

function toItem(row: LeftOutRow): FileItem {
  return row.kind === "group" ? { label: row.label, kind: QuickPickItemKind.Separator } : { ...row, kind: QuickPickItemKind.Default };
}
