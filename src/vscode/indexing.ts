import { workspace } from "vscode";
import type { Disposable } from "../common/disposable";
import { describeError, isAbortError } from "../common/errors";
import type { Log } from "../common/log";
import { watchFiles } from "./fileWatcher";
import type { Settings } from "./settings";
import type { SwitchableIndex } from "./switchableIndex";
import { type IndexPlace, wantedIndex } from "./wantedIndex";

/** The editor starts many extensions at once; the index lets them go first. */
const startDelayMs = 1500;

export interface IndexingDeps {
  readonly index: SwitchableIndex;
  /** Where the code is and where its index is kept; undefined: there is nothing to index. */
  readonly place: () => IndexPlace | undefined;
  readonly settings: () => Settings;
  readonly log: Log;
}

/** Keeps the index in step with the settings, the workspace's folders and the files, in the background. */
export class Indexing implements Disposable {
  readonly #deps: IndexingDeps;
  readonly #start: NodeJS.Timeout;
  #watcher: Disposable | undefined;
  #key: string | undefined;
  #applying: Promise<void> = Promise.resolve();
  #disposed = false;

  constructor(deps: IndexingDeps) {
    this.#deps = deps;
    this.#start = setTimeout(() => this.apply(), startDelayMs);
  }

  get index(): SwitchableIndex {
    return this.#deps.index;
  }

  /** Folder that holds the index; undefined where there is nothing to index. */
  get storage(): string | undefined {
    return this.#deps.place()?.storage;
  }

  /** Turns the index on or off and gives it its config, as settings and folders say. One change after the other. */
  apply(): void {
    clearTimeout(this.#start);
    this.#applying = this.#applying.then(() => this.#apply()).catch((error: unknown) => this.#failed(error));
  }

  /** Brings the index up to date. Rejects when it cannot. */
  async update(): Promise<void> {
    await this.#applying;
    await this.index.update();
  }

  /** Makes the index anew. Rejects when it cannot. */
  async rebuild(): Promise<void> {
    await this.#applying;
    await this.index.rebuild();
  }

  async pause(): Promise<void> {
    await this.#applying;
    await this.index.pause();
  }

  async resume(): Promise<void> {
    await this.#applying;
    await this.index.resume();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#start);
    this.#watcher?.dispose();
  }

  async #apply(): Promise<void> {
    if (this.#disposed) return;
    const { index, settings, place } = this.#deps;
    const wanted = wantedIndex(settings(), place(), workspace.isTrusted);
    if (wanted?.key === this.#key) return;
    this.#key = wanted?.key;
    this.#watcher?.dispose();
    if (!wanted) return index.turnOff();
    const { config } = wanted;
    await index.configure(config);
    this.#watcher = watchFiles(config.roots, (paths) => index.touch(paths));
    this.updateInBackground();
  }

  /** Brings the index up to date. A failure is told by its status. */
  updateInBackground(): void {
    this.index.update().catch((error: unknown) => this.#failed(error));
  }

  /** The status says it to the person; the log keeps it. */
  #failed(error: unknown): void {
    if (!isAbortError(error) && !this.#disposed) this.#deps.log.write("warn", `The index: ${describeError(error)}`);
  }
}
