import path from "node:path";
import { Uri, workspace, type WorkspaceFolder } from "vscode";
import { folderNames } from "../rag/folderNames";
import type { WorkspaceRoot } from "../rag/ports";
import { WorkspaceFolders } from "../rag/workspaceFolders";
import { filesOf } from "./labelledFiles";

function folders(): readonly WorkspaceFolder[] {
  return workspace.workspaceFolders ?? [];
}

/** The first workspace folder's path where it is on disk: relative paths of the settings begin there. */
export function folderOnDisk(): string | undefined {
  const [folder] = folders();
  return folder?.uri.scheme === "file" ? folder.uri.fsPath : undefined;
}

/** The workspace's folders that are on disk: those that can be indexed. */
export function rootsOnDisk(): readonly WorkspaceRoot[] {
  const all = folders();
  const names = folderNames(all.map(({ name }) => name));
  return all.flatMap(({ uri }, at) => (uri.scheme === "file" ? [{ path: uri.fsPath, name: names[at] ?? "" }] : []));
}

/** How a document is named to the model: relative to its folder, after the folder's name where there are several; else whole. */
export function pathLabel(uri: Uri): string {
  const own = uri.scheme === "file" ? new WorkspaceFolders(rootsOnDisk()).relative(uri.fsPath) : undefined;
  return own ?? workspace.asRelativePath(uri);
}

/** Begins the paths of a folder's files: "" where it is the only folder, else its name and a slash. */
export function folderPrefix(folder: WorkspaceFolder): string {
  const all = folders();
  const names = folderNames(all.map(({ name }) => name));
  const at = all.findIndex(({ uri }) => uri.toString() === folder.uri.toString());
  return all.length > 1 && names[at] !== undefined ? `${names[at]}/` : "";
}

/** The document that a path from `pathLabel` or from a citation means; undefined when it is not there. */
export async function resolveLabel(label: string): Promise<Uri | undefined> {
  const open = workspace.textDocuments.find(({ uri }) => pathLabel(uri) === label);
  if (open) return open.uri;
  for (const uri of candidates(label)) if (await isFile(uri)) return uri;
  return undefined;
}

function candidates(label: string): readonly Uri[] {
  if (path.isAbsolute(label)) return [Uri.file(label)];
  const all = folders();
  const names = folderNames(all.map(({ name }) => name));
  return filesOf(names, label).flatMap(({ folder, path: relative }) => {
    const uri = all[folder]?.uri;
    return uri ? [Uri.joinPath(uri, relative)] : [];
  });
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    await workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}
