import { RelativePattern, type Uri, workspace, type WorkspaceFolder } from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { gitFiles } from "../../rag/gitFiles";
import { folderPrefix } from "../workspacePaths";

/** Files that come and go all the time, as while a program is built, must not have the list made at every key. */
const leastAgeMs = 2000;
/** Most files of a folder. */
const mostFiles = 50_000;

/**
 * The paths of the workspace's files, as they are named to the model: without those that the editor hides or keeps out
 * of searches, and in a repository without those that git ignores. It is made at the first need, and again when files
 * have come or gone.
 */
export class FileList implements Disposable {
  readonly #store = new DisposableStore();
  #files: Promise<readonly string[]> | undefined;
  #madeAt = 0;
  #isStale = false;

  /** Every path once, sorted by folder depth and name. */
  paths(): Promise<readonly string[]> {
    const isOld = this.#isStale && Date.now() - this.#madeAt > leastAgeMs;
    if (this.#files && !isOld) return this.#files;
    if (!this.#files) this.#watch();
    this.#isStale = false;
    this.#madeAt = Date.now();
    const made = listFiles();
    this.#files = made;
    // What failed once is tried again the next time.
    made.catch(() => (this.#files = this.#files === made ? undefined : this.#files));
    return made;
  }

  /** Paths of the folders that hold them, without the workspace's own. */
  async folders(): Promise<readonly string[]> {
    return foldersOf(await this.paths());
  }

  dispose(): void {
    this.#store.dispose();
  }

  #watch(): void {
    const watcher = this.#store.add(workspace.createFileSystemWatcher("**/*", false, true, false));
    const stale = () => {
      this.#isStale = true;
    };
    const changed = () => {
      stale();
      this.#madeAt = 0;
    };
    this.#store.add(watcher.onDidCreate(stale));
    this.#store.add(watcher.onDidDelete(stale));
    this.#store.add(workspace.onDidChangeWorkspaceFolders(changed));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(changed));
    this.#store.add(workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("files.exclude") || event.affectsConfiguration("search.exclude")) changed();
    }));
  }
}

/** The folders on the way to the paths, each once, in the order of the paths. */
export function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const path of paths) {
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  return [...folders].sort(byDepth);
}

async function listFiles(): Promise<readonly string[]> {
  const lists = await Promise.all((workspace.workspaceFolders ?? []).map(filesOf));
  return [...new Set(lists.flat())].sort(byDepth);
}

async function filesOf(folder: WorkspaceFolder): Promise<readonly string[]> {
  // An untrusted folder's git config may name programs.
  const asksGit = folder.uri.scheme === "file" && workspace.isTrusted;
  const [found, listed] = await Promise.all([foundFiles(folder), asksGit ? gitFiles(folder.uri.fsPath) : undefined]);
  const known = listed && new Set(listed);
  const prefix = folderPrefix(folder);
  return found.filter((file) => known?.has(file) !== false).map((file) => prefix + file);
}

/** Relative to the folder. The editor's own search heeds the excluded globs, but no ignore files. */
async function foundFiles(folder: WorkspaceFolder): Promise<readonly string[]> {
  const excluded = excludedGlobs(folder.uri);
  const exclude = excluded.length > 0 ? new RelativePattern(folder, `{${excluded.join(",")}}`) : null;
  const found = await workspace.findFiles(new RelativePattern(folder, "**/*"), exclude, mostFiles);
  const start = folder.uri.path.endsWith("/") ? folder.uri.path.length : folder.uri.path.length + 1;
  return found.map((uri) => uri.path.slice(start));
}

/** Globs that the editor's settings turn on; those that depend on a file beside it are left alone. */
function excludedGlobs(folder: Uri): readonly string[] {
  const values = ["files.exclude", "search.exclude"].map((key) => workspace.getConfiguration(undefined, folder).get<unknown>(key));
  return values.flatMap((globs) => (typeof globs === "object" && globs !== null ? Object.entries(globs) : [])).flatMap(([glob, on]) => (on === true ? [glob] : []));
}

function byDepth(a: string, b: string): number {
  return depth(a) - depth(b) || (a < b ? -1 : Number(a > b));
}

function depth(path: string): number {
  let count = 0;
  for (let at = path.indexOf("/"); at >= 0; at = path.indexOf("/", at + 1)) count++;
  return count;
}
