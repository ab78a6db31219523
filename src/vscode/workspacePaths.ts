import path from "node:path";
import { Uri, workspace } from "vscode";

/** The first workspace folder, which is the one that is indexed. */
function firstFolder(): Uri | undefined {
  return workspace.workspaceFolders?.[0]?.uri;
}

/** The first workspace folder's path where it is on disk. */
export function folderOnDisk(): string | undefined {
  const folder = firstFolder();
  return folder?.scheme === "file" ? folder.fsPath : undefined;
}

/** How a document is named to the model: relative to the first folder, or with its folder's name, or whole. */
export function pathLabel(uri: Uri): string {
  const folder = workspace.getWorkspaceFolder(uri);
  return workspace.asRelativePath(uri, folder !== undefined && folder.index > 0);
}

/** Documents that a path from `pathLabel` or from a citation may mean, the likeliest first. */
export async function resolveLabel(label: string): Promise<Uri | undefined> {
  const open = workspace.textDocuments.find(({ uri }) => pathLabel(uri) === label);
  if (open) return open.uri;
  for (const uri of candidates(label)) if (await isFile(uri)) return uri;
  return undefined;
}

function candidates(label: string): readonly Uri[] {
  if (path.isAbsolute(label)) return [Uri.file(label)];
  const folders = workspace.workspaceFolders ?? [];
  const first = folders.slice(0, 1).map(({ uri }) => Uri.joinPath(uri, label));
  const named = folders
    .filter(({ name }) => label.startsWith(`${name}/`))
    .map(({ name, uri }) => Uri.joinPath(uri, label.slice(name.length + 1)));
  return [...first, ...named];
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
