import { FileType, RelativePattern, Uri, workspace, type WorkspaceFolder } from "vscode";
import { type Disposable, DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import { assertPromptSize, decodeText, type FolderText, markdownNames, type TextPlaces } from "../chat/folderTexts";
import { Debounce } from "../rag/debounce";
import { pathLabel } from "./workspacePaths";

const quietMs = 200;

/**
 * Small text files of the workspace's folders, read soon after the start and again when they change. A workspace that
 * is not trusted has none: what stands in them goes into prompts.
 */
export class WatchedTexts implements Disposable {
  readonly #places: TextPlaces;
  readonly #log: Log;
  readonly #changed = new Emitter<readonly FolderText[]>();
  readonly #store = new DisposableStore();
  readonly #reading = new Debounce(() => this.#reload(), quietMs);
  #watchers = new DisposableStore();
  #current: readonly FolderText[] = [];
  #loaded: Promise<void>;

  constructor(places: TextPlaces, log: Log) {
    this.#places = places;
    this.#log = log;
    this.#store.add(workspace.onDidChangeWorkspaceFolders(() => this.#start()));
    this.#store.add(workspace.onDidGrantWorkspaceTrust(() => this.#start()));
    this.#loaded = this.#read();
    this.#watch();
  }

  readonly onDidChange = this.#changed.subscribe;

  /** As they were read last, in the order of the folders, then of the names. */
  get current(): readonly FolderText[] {
    return this.#current;
  }

  /** Resolves once they have been read. Never rejects. */
  get loaded(): Promise<void> {
    return this.#loaded;
  }

  dispose(): void {
    this.#reading.cancel();
    this.#watchers.dispose();
    this.#store.dispose();
    this.#changed.dispose();
  }

  #start(): void {
    this.#watch();
    this.#reload();
  }

  #watch(): void {
    this.#watchers.dispose();
    this.#watchers = new DisposableStore();
    if (!workspace.isTrusted) return;
    for (const folder of workspace.workspaceFolders ?? []) {
      for (const glob of watchedGlobs(this.#places)) {
        const watcher = this.#watchers.add(workspace.createFileSystemWatcher(new RelativePattern(folder, glob)));
        for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) this.#watchers.add(event(() => this.#reading.schedule()));
      }
    }
  }

  #reload(): void {
    // One after the other, so that what was read last is what counts.
    this.#loaded = this.#loaded.then(() => this.#read());
  }

  async #read(): Promise<void> {
    const folders = workspace.isTrusted ? (workspace.workspaceFolders ?? []) : [];
    const texts = (await Promise.all(folders.map((folder) => this.#ofFolder(folder)))).flat();
    if (JSON.stringify(texts) === JSON.stringify(this.#current)) return;
    this.#current = texts;
    this.#changed.fire(texts);
  }

  async #ofFolder({ uri }: WorkspaceFolder): Promise<readonly FolderText[]> {
    const { files, folders } = this.#places;
    const listed = await Promise.all(folders.map((folder) => markdownIn(Uri.joinPath(uri, folder))));
    const all = [...files.map((file) => Uri.joinPath(uri, file)), ...listed.flat()];
    return (await Promise.all(all.map((file) => this.#text(file)))).filter((text) => text !== undefined);
  }

  /** Undefined for a file that is not there, and for one that cannot be used, which the log names. */
  async #text(uri: Uri): Promise<FolderText | undefined> {
    const size = await sizeOf(uri);
    if (size === undefined) return undefined;
    const path = pathLabel(uri);
    try {
      assertPromptSize(size);
      return { path, text: decodeText(await workspace.fs.readFile(uri)) };
    } catch (error) {
      this.#log.write("warn", `${path} is not used: ${describeError(error)}`);
      return undefined;
    }
  }
}

/** A folder that comes or goes as a whole is told by its own name, or by that of the folder around it. */
function watchedGlobs({ files, folders }: TextPlaces): readonly string[] {
  const around = folders.map((folder) => folder.slice(0, Math.max(0, folder.lastIndexOf("/")))).filter((folder) => folder !== "");
  return [...files, ...folders.map((folder) => `${folder}/*.md`), ...new Set([...folders, ...around])];
}

/** Undefined where there is no such file. */
async function sizeOf(uri: Uri): Promise<number | undefined> {
  try {
    const { type, size } = await workspace.fs.stat(uri);
    return (type & FileType.File) === 0 ? undefined : size;
  } catch {
    return undefined;
  }
}

async function markdownIn(folder: Uri): Promise<readonly Uri[]> {
  return markdownNames(await entriesOf(folder)).map((name) => Uri.joinPath(folder, name));
}

/** Most workspaces have no such folder. */
async function entriesOf(folder: Uri): Promise<readonly string[]> {
  try {
    return (await workspace.fs.readDirectory(folder)).map(([name]) => name);
  } catch {
    return [];
  }
}
