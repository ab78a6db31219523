import { Emitter } from "../common/emitter";
import { describeError, HearthError, serializeError } from "../common/errors";
import { t } from "../common/l10n";
import { type IndexPeer, IndexProcess, type IndexProcessOptions } from "./indexProcess";
import type {
  CitationState,
  CodeIndex,
  FileVerdict,
  HashedRange,
  IndexConfig,
  IndexStatus,
  IndexSummary,
  MapEntry,
  RetrievedChunk,
  RetrieveQuery,
  SymbolHit,
  SymbolQuery,
} from "./ports";

export interface IndexOptions extends Omit<IndexProcessOptions, "introduce" | "onStatus" | "onDeath"> {
  /** Absent: the index is off until `configure`. */
  readonly config?: IndexConfig;
}

/** The index of a workspace, in a process of its own that starts with the first call and again after it died. */
export function createIndex(options: IndexOptions): CodeIndex {
  return new IndexClient(options);
}

class IndexClient implements CodeIndex {
  readonly #options: IndexOptions;
  readonly #process: IndexProcess;
  readonly #status = new Emitter<IndexStatus>();
  #config: IndexConfig | undefined;
  #current: IndexStatus = { kind: "off" };
  /** What each new process is told after its config. */
  #openFiles: readonly string[] = [];
  #isResting = false;
  #isPaused = false;

  constructor(options: IndexOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#process = new IndexProcess({
      ...options,
      introduce: (peer) => this.#introduce(peer),
      onStatus: (status) => this.#setStatus(status),
      onDeath: (error) => this.#recover(error),
    });
  }

  readonly onDidChangeStatus = this.#status.subscribe;

  get status(): IndexStatus {
    return this.#current;
  }

  /** Rejects with "bad-use" when no folder is configured. */
  update(signal?: AbortSignal): Promise<IndexSummary> {
    return this.#call((peer) => peer.call("update", undefined, signal), signal);
  }

  /** Nothing when no folder is configured. */
  async retrieve(query: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    return this.#config ? this.#call((peer) => peer.call("retrieve", query, signal), signal) : [];
  }

  touch(paths: readonly string[]): void {
    if (!this.#config || this.#process.hasEnded || paths.length === 0) return;
    this.#inBackground("of changed files", this.#call((peer) => peer.call("touch", paths)));
  }

  /** Starts no process: one that starts later is told. */
  setOpenFiles(paths: readonly string[]): void {
    this.#openFiles = paths;
    this.#inBackground("of the open files", this.#process.callIfRunning((peer) => peer.call("setOpenFiles", paths)));
  }

  /** Starts no process: one that starts later is told. */
  setResting(resting: boolean): void {
    if (this.#isResting === resting) return;
    this.#isResting = resting;
    this.#inBackground("whether to rest", this.#process.callIfRunning((peer) => peer.call("setResting", resting)));
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    if (this.#config) await this.#call((peer) => peer.call("pause", undefined));
  }

  async resume(): Promise<void> {
    this.#isPaused = false;
    if (this.#config) await this.#call((peer) => peer.call("resume", undefined));
  }

  /** Ends a pause. Rejects with "bad-use" when no folder is configured. */
  rebuild(signal?: AbortSignal): Promise<IndexSummary> {
    this.#isPaused = false;
    return this.#call((peer) => peer.call("rebuild", undefined, signal), signal);
  }

  /** Rejects with "bad-use" when no folder is configured. */
  explain(path: string): Promise<FileVerdict> {
    return this.#call((peer) => peer.call("explain", path));
  }

  /** Nothing when no folder is configured. */
  async leftOut(limit: number): Promise<readonly FileVerdict[]> {
    return this.#config ? this.#call((peer) => peer.call("leftOut", limit)) : [];
  }

  /** Nothing when no folder is configured. */
  async symbols(query: SymbolQuery): Promise<readonly SymbolHit[]> {
    return this.#config ? this.#call((peer) => peer.call("symbols", query)) : [];
  }

  /** Nothing when no folder is configured. */
  async map(limit: number): Promise<readonly MapEntry[]> {
    return this.#config ? this.#call((peer) => peer.call("map", limit)) : [];
  }

  /** Rejects with "bad-use" when no folder is configured: nothing can be said of the lines then. */
  async checkCitations(ranges: readonly HashedRange[]): Promise<readonly CitationState[]> {
    return ranges.length === 0 ? [] : this.#call((peer) => peer.call("checkCitations", ranges));
  }

  async configure(config: IndexConfig): Promise<void> {
    this.#config = config;
    this.#process.forgiveDeaths();
    await this.#process.callIfRunning((peer) => this.#introduce(peer));
  }

  async dispose(): Promise<void> {
    await this.#process.end();
    this.#current = { kind: "off" };
    this.#status.dispose();
  }

  async #introduce(peer: IndexPeer): Promise<void> {
    if (!this.#config) throw noFolder();
    await peer.call("configure", this.#config);
    if (this.#openFiles.length > 0) await peer.call("setOpenFiles", this.#openFiles);
    if (this.#isResting) await peer.call("setResting", true);
    if (this.#isPaused) await peer.call("pause", undefined);
  }

  /** Starts the process if there is none. */
  async #call<T>(act: (peer: IndexPeer) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (!this.#config) throw noFolder();
    return this.#process.call(act, signal);
  }

  #inBackground(what: string, told: Promise<void>): void {
    told.catch((error: unknown) => {
      if (!this.#process.hasEnded) this.#options.log.write("warn", `The index was not told ${what}: ${describeError(error)}`);
    });
  }

  /** The next process brings the index up to date by itself, so that it does not stay "failed" until it is asked. */
  #recover(error: HearthError): void {
    this.#setStatus({ kind: "failed", error: serializeError(error) });
    this.update().catch((cause: unknown) => {
      if (!this.#process.hasEnded) this.#options.log.write("warn", `The index process was not started again: ${describeError(cause)}`);
    });
  }

  #setStatus(status: IndexStatus): void {
    this.#current = status;
    this.#status.fire(status);
  }
}

function noFolder(): HearthError {
  return new HearthError("bad-use", t("No folder is configured for the index."));
}
