import { RelativePattern, Uri, workspace } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import { Debounce } from "../rag/debounce";
import type { WorkspaceRoot } from "../rag/ports";
import { WorkspaceFolders } from "../rag/workspaceFolders";

/** Changes are collected until it has been quiet for this long, or for the debounce's limit. */
const quietMs = 500;

/** Tells which files of the folders changed, by their paths in the index, in batches. */
export function watchFiles(roots: readonly WorkspaceRoot[], onChange: (paths: readonly string[]) => void): Disposable {
  const store = new DisposableStore();
  const folders = new WorkspaceFolders(roots);
  const changed = new Set<string>();
  const hand = () => {
    const paths = [...changed];
    changed.clear();
    onChange(paths);
  };
  const debounce = new Debounce(hand, quietMs);
  const note = ({ fsPath }: Uri) => {
    const file = folders.relative(fsPath);
    if (file === undefined || !isWatched(folders, file)) return;
    changed.add(file);
    debounce.schedule();
  };
  for (const { path } of roots) {
    const watcher = store.add(workspace.createFileSystemWatcher(new RelativePattern(Uri.file(path), "**/*")));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) store.add(event(note));
  }
  store.add({ dispose: () => debounce.cancel() });
  return store;
}

/** Neither a folder of the workspace itself nor what git keeps for itself. */
function isWatched(folders: WorkspaceFolders, file: string): boolean {
  const inner = folders.locate(file)?.inner ?? "";
  return inner !== "" && inner !== ".git" && !inner.startsWith(".git/");
}
