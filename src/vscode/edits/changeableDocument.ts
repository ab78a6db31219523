import { stat } from "node:fs/promises";
import { FilePermission, type TextDocument, type Uri, workspace } from "vscode";
import { HearthError, systemCode } from "../../common/errors";
import { t } from "../../common/l10n";
import { pathLabel } from "../workspacePaths";

/** Their documents are no files of their own. */
const withoutFile: ReadonlySet<string> = new Set(["untitled", "vscode-notebook-cell"]);

/** The document of a file that a change is for. Throws "bad-use" when it is gone, read-only, or no text. */
export async function changeableDocument(uri: Uri): Promise<TextDocument> {
  if (!withoutFile.has(uri.scheme)) await assertWritable(uri);
  const open = workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open) return open;
  try {
    return await workspace.openTextDocument(uri);
  } catch (error) {
    throw new HearthError("bad-use", t("{0} cannot be opened as text.", pathLabel(uri)), { cause: error });
  }
}

async function assertWritable(uri: Uri): Promise<void> {
  if (workspace.fs.isWritableFileSystem(uri.scheme) === false || (await isReadOnly(uri))) {
    throw new HearthError("bad-use", t("{0} is read-only.", pathLabel(uri)), { remedy: t("Make the file writable, or copy the code.") });
  }
}

async function isReadOnly(uri: Uri): Promise<boolean> {
  try {
    const { permissions = 0 } = await workspace.fs.stat(uri);
    if ((permissions & FilePermission.Readonly) !== 0) return true;
    // The editor says nothing of files that nobody may write to.
    return uri.scheme === "file" && ((await stat(uri.fsPath)).mode & 0o222) === 0;
  } catch (error) {
    if (systemCode(error) === "EACCES") return true;
    throw new HearthError("bad-use", t("{0} is not there any more.", pathLabel(uri)), { remedy: t("Open the code as a new file instead."), cause: error });
  }
}
