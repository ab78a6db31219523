import { RelativePattern, Uri, workspace } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import type { WorkspaceRoot } from "../rag/ports";
import { WorkspaceFolders } from "../rag/workspaceFolders";
import { ChangedPaths } from "./changedPaths";

/** Tells which files of the folders changed, by their paths in the index, in batches. */
export function watchFiles(roots: readonly WorkspaceRoot[], onChange: (paths: readonly string[]) => void): Disposable {
  const store = new DisposableStore();
  const folders = new WorkspaceFolders(roots);
  const changed = store.add(new ChangedPaths((absolute) => watchedPath(folders, absolute), onChange));
  for (const { path } of roots) {
    const watcher = store.add(workspace.createFileSystemWatcher(new RelativePattern(Uri.file(path), "**/*")));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) store.add(event((file) => changed.note(file)));
  }
  return store;
}

/** Undefined for a folder of the workspace itself and for what git keeps for itself. */
function watchedPath(folders: WorkspaceFolders, absolute: string): string | undefined {
  const file = folders.relative(absolute);
  const inner = file === undefined ? "" : (folders.locate(file)?.inner ?? "");
  return inner === "" || inner === ".git" || inner.startsWith(".git/") ? undefined : file;
}
