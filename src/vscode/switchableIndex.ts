import { DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
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
} from "../rag/ports";

const nothing: IndexSummary = { files: 0, chunks: 0, embedded: 0, changed: 0, removed: 0, skipped: {}, elapsedMs: 0 };

/** An index that can be turned off and on while others hold it. Off, it has no process and finds nothing. */
export class SwitchableIndex implements CodeIndex {
  readonly #changed = new Emitter<IndexStatus>();
  readonly #touched = new Emitter<readonly string[]>();
  readonly #make: (config: IndexConfig) => CodeIndex;
  #inner: { readonly index: CodeIndex; readonly store: DisposableStore } | undefined;
  #summary: IndexSummary | undefined;
  /** What the next index has to know, too. */
  #openFiles: readonly string[] = [];
  #resting = false;
  #paused = false;

  constructor(make: (config: IndexConfig) => CodeIndex) {
    this.#make = make;
  }

  readonly onDidChangeStatus = this.#changed.subscribe;

  /** Files and folders that have changed, as they are handed to `touch`. */
  readonly onDidTouch = this.#touched.subscribe;

  get status(): IndexStatus {
    return this.#inner?.index.status ?? { kind: "off" };
  }

  get on(): boolean {
    return this.#inner !== undefined;
  }

  /** What the index held when it last told; undefined before that, and while it is off. */
  get summary(): IndexSummary | undefined {
    return this.#summary;
  }

  /** Turns it on, or gives the running one another config. */
  async configure(config: IndexConfig): Promise<void> {
    if (this.#inner) return this.#inner.index.configure(config);
    const store = new DisposableStore();
    const index = this.#make(config);
    store.add(index.onDidChangeStatus((status) => this.#follow(status)));
    this.#inner = { index, store };
    index.setOpenFiles(this.#openFiles);
    index.setResting(this.#resting);
    this.#changed.fire(this.status);
    if (this.#paused) await index.pause();
  }

  async turnOff(): Promise<void> {
    const inner = this.#inner;
    if (!inner) return;
    this.#inner = undefined;
    this.#summary = undefined;
    inner.store.dispose();
    this.#changed.fire(this.status);
    await inner.index.dispose();
  }

  async retrieve(query: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    return (await this.#inner?.index.retrieve(query, signal)) ?? [];
  }

  async update(signal?: AbortSignal): Promise<IndexSummary> {
    return (await this.#inner?.index.update(signal)) ?? nothing;
  }

  touch(paths: readonly string[]): void {
    this.#inner?.index.touch(paths);
    this.#touched.fire(paths);
  }

  setOpenFiles(paths: readonly string[]): void {
    this.#openFiles = paths;
    this.#inner?.index.setOpenFiles(paths);
  }

  setResting(resting: boolean): void {
    if (resting === this.#resting) return;
    this.#resting = resting;
    this.#inner?.index.setResting(resting);
  }

  async pause(): Promise<void> {
    this.#paused = true;
    await this.#inner?.index.pause();
  }

  async resume(): Promise<void> {
    this.#paused = false;
    await this.#inner?.index.resume();
  }

  async rebuild(signal?: AbortSignal): Promise<IndexSummary> {
    return (await this.#inner?.index.rebuild(signal)) ?? nothing;
  }

  /** Rejects with "bad-use" while it is off: there is nothing to say about a file then. */
  async explain(path: string): Promise<FileVerdict> {
    if (this.#inner) return this.#inner.index.explain(path);
    throw new HearthError("bad-use", t("There is no index."), { remedy: t("Open a folder, and see that the setting hearth.index.enabled is on.") });
  }

  async leftOut(limit: number): Promise<readonly FileVerdict[]> {
    return (await this.#inner?.index.leftOut(limit)) ?? [];
  }

  async symbols(query: SymbolQuery): Promise<readonly SymbolHit[]> {
    return (await this.#inner?.index.symbols(query)) ?? [];
  }

  async map(limit: number): Promise<readonly MapEntry[]> {
    return (await this.#inner?.index.map(limit)) ?? [];
  }

  /** What nobody can look at counts as fresh: off, it marks nothing. */
  async checkCitations(ranges: readonly HashedRange[]): Promise<readonly CitationState[]> {
    return (await this.#inner?.index.checkCitations(ranges)) ?? ranges.map(() => "fresh");
  }

  async dispose(): Promise<void> {
    await this.turnOff();
    this.#changed.dispose();
    this.#touched.dispose();
  }

  #follow(status: IndexStatus): void {
    if (status.kind === "ready" || status.kind === "paused") this.#summary = status.summary;
    this.#changed.fire(status);
  }
}
