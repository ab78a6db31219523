import path from "node:path";
import { RelativePattern, type Uri, workspace } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import { Debounce } from "../rag/debounce";

/** Changes are collected until it has been quiet for this long, or for the debounce's limit. */
const quietMs = 500;

/** Tells which files of a folder changed, as relative paths with forward slashes, in batches. */
export function watchFiles(folder: string, onChange: (paths: readonly string[]) => void): Disposable {
  const store = new DisposableStore();
  const changed = new Set<string>();
  const hand = () => {
    const paths = [...changed];
    changed.clear();
    onChange(paths);
  };
  const debounce = new Debounce(hand, quietMs);
  const note = ({ fsPath }: Uri) => {
    const relative = path.relative(folder, fsPath).replaceAll(path.sep, "/");
    if (relative === "" || relative.startsWith("..") || relative === ".git" || relative.startsWith(".git/")) return;
    changed.add(relative);
    debounce.schedule();
  };
  const watcher = store.add(workspace.createFileSystemWatcher(new RelativePattern(folder, "**/*")));
  for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) store.add(event(note));
  store.add({ dispose: () => debounce.cancel() });
  return store;
}
