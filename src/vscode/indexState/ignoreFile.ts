import { Uri, window, workspace } from "vscode";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";

/** The scanner's name for it; its code stays out of the extension's bundle. */
const ownIgnoreFile = ".hearthignore";

const template = `# Files that Hearth leaves out of its index, on top of what .gitignore and the setting
# hearth.index.exclude name. One pattern a line, as in .gitignore; a line that begins
# with ! brings back what .gitignore leaves out. Each folder may have its own file.
#
# generated/
# *.fixture.json
# !local/notes.md
`;

/** Opens the ignore file of a workspace folder; makes one with a comment where there is none. */
export async function openIgnoreFile(): Promise<void> {
  const folder = await chooseFolder();
  if (!folder) return;
  const file = Uri.joinPath(folder, ownIgnoreFile);
  if (!(await exists(file))) await workspace.fs.writeFile(file, new TextEncoder().encode(template));
  await window.showTextDocument(file);
}

/** The only folder, or the one that is chosen; undefined: none was. */
async function chooseFolder(): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) throw new HearthError("bad-use", t("No folder is open."), { remedy: t("Open the folder whose files are meant.") });
  if (folders.length === 1) return folders[0]?.uri;
  return (await window.showWorkspaceFolderPick({ placeHolder: t("The folder whose {0} is meant", ownIgnoreFile) }))?.uri;
}

async function exists(file: Uri): Promise<boolean> {
  return workspace.fs.stat(file).then(
    () => true,
    () => false,
  );
}
