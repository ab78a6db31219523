import { setImmediate as nextTurn } from "node:timers/promises";
import { Debounce } from "../rag/debounce";

/** Changes are collected until it has been quiet for this long, or for the debounce's limit. Milliseconds. */
const quietMs = 500;
/** The editor waits no longer than this for the paths of many changes. Milliseconds. */
const turnMs = 4;
/** So few are taken that the clock need not be read for each. */
const atOnce = 32;
/** To hand on more in one message would take a turn too long. */
const mostInBatch = 1_000;

/** What tells of a change: an Uri of the editor, whose path is worked out when it is asked for. */
export interface ChangedFile {
  readonly fsPath: string;
}

/**
 * Collects files that changed and hands on their paths, each once, at most a thousand in a batch. Of a change nothing but the fact is taken while the
 * editor tells of it: a branch switch tells of thousands in one turn. Their paths come in short turns afterwards.
 */
export class ChangedPaths {
  readonly #pathOf: (absolute: string) => string | undefined;
  readonly #onBatch: (paths: readonly string[]) => void;
  readonly #debounce = new Debounce(() => void this.#hand(), quietMs);
  #noted: ChangedFile[] = [];
  #disposed = false;

  /** `pathOf` names an absolute path as the batch is to have it; undefined leaves it out. */
  constructor(pathOf: (absolute: string) => string | undefined, onBatch: (paths: readonly string[]) => void) {
    this.#pathOf = pathOf;
    this.#onBatch = onBatch;
  }

  note(file: ChangedFile): void {
    this.#noted.push(file);
    this.#debounce.schedule();
  }

  dispose(): void {
    this.#disposed = true;
    this.#debounce.cancel();
    this.#noted = [];
  }

  async #hand(): Promise<void> {
    const noted = this.#noted;
    this.#noted = [];
    const paths = await this.#pathsOf(noted);
    for (let from = 0; from < paths.length; from += mostInBatch) {
      if (from > 0) await nextTurn();
      this.#tell(paths.slice(from, from + mostInBatch));
    }
  }

  #tell(paths: readonly string[]): void {
    if (!this.#disposed) this.#onBatch(paths);
  }

  async #pathsOf(noted: readonly ChangedFile[]): Promise<readonly string[]> {
    const paths = new Set<string>();
    let began = performance.now();
    for (let from = 0; from < noted.length && !this.#disposed; from += atOnce) {
      if (performance.now() - began > turnMs) {
        await nextTurn();
        began = performance.now();
      }
      for (const { fsPath } of noted.slice(from, from + atOnce)) {
        const path = this.#pathOf(fsPath);
        if (path !== undefined) paths.add(path);
      }
    }
    return [...paths];
  }
}
