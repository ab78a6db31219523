import type { Disposable } from "../common/disposable";
import { DisposableStore } from "../common/disposable";
import type { Subscribe } from "../common/emitter";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { Turn } from "../chat/types";
import { Debounce } from "../rag/debounce";
import type { CitationState, CodeIndex } from "../rag/ports";

/** Files often change one after the other. Milliseconds. */
const quietMs = 400;

/** What can be asked about the files that citations name, and what tells that they changed. */
export interface CitedFiles extends Pick<CodeIndex, "checkCitations" | "onDidChangeStatus"> {
  /** Files and folders that have changed, as paths of the index. */
  readonly onDidTouch: Subscribe<readonly string[]>;
}

export interface CitationCheckDeps {
  readonly files: CitedFiles;
  /** The turns that are shown. */
  readonly turns: () => readonly Turn[];
  /** Whether anybody sees them. */
  readonly isWanted: () => boolean;
  /** Takes how the citations of a turn stand, in their order. */
  readonly tell: (turn: string, states: readonly CitationState[]) => void;
  readonly log: Log;
}

/** Looks whether cited code still reads as it did: when it is asked to, and shortly after files have changed. */
export class CitationCheck implements Disposable {
  readonly #deps: CitationCheckDeps;
  readonly #store = new DisposableStore();
  readonly #debounce = new Debounce(() => this.now(), quietMs);
  #running = false;
  #again = false;
  #disposed = false;

  constructor(deps: CitationCheckDeps) {
    this.#deps = deps;
    this.#store.add(deps.files.onDidTouch((paths) => this.#touched(paths)));
    // An index that was off, or that followed a change of branch, can say more now.
    this.#store.add(deps.files.onDidChangeStatus(({ kind }) => kind === "ready" && this.#debounce.schedule()));
    this.#store.add({ dispose: () => this.#debounce.cancel() });
  }

  /** Checks all citations that are shown; while a check runs, once more after it. */
  now(): void {
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  dispose(): void {
    this.#disposed = true;
    this.#store.dispose();
  }

  #touched(paths: readonly string[]): void {
    const touched = new Set(paths);
    const isTouched = (cited: string) => touched.has(cited) || foldersOf(cited).some((folder) => touched.has(folder));
    if (this.#deps.turns().some(({ citations }) => citations.some(({ path }) => isTouched(path)))) this.#debounce.schedule();
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#again && !this.#disposed) {
      this.#again = false;
      await this.#check().catch((error: unknown) => this.#deps.log.write("debug", `Citations could not be checked: ${describeError(error)}`));
    }
    this.#running = false;
  }

  async #check(): Promise<void> {
    const { files, turns, isWanted, tell } = this.#deps;
    const cited = turns().filter(({ citations }) => citations.length > 0);
    if (cited.length === 0 || !isWanted()) return;
    const states = await files.checkCitations(cited.flatMap(({ citations }) => citations));
    let from = 0;
    for (const { id, citations } of cited) {
      const to = from + citations.length;
      if (!this.#disposed) tell(id, states.slice(from, to));
      from = to;
    }
  }
}

/** "a/b/c.ts" lies in "a" and in "a/b". */
function foldersOf(file: string): readonly string[] {
  return [...file.matchAll(/\//g)].map(({ index }) => file.slice(0, index));
}
