import { DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type { CodeIndex, IndexConfig, IndexStatus, IndexSummary, RetrievedChunk, RetrieveQuery } from "../rag/ports";

const nothing: IndexSummary = { files: 0, chunks: 0, embedded: 0, changed: 0, removed: 0, skipped: {}, elapsedMs: 0 };

/** An index that can be turned off and on while others hold it. Off, it has no process and finds nothing. */
export class SwitchableIndex implements CodeIndex {
  readonly #changed = new Emitter<IndexStatus>();
  readonly #make: (config: IndexConfig) => CodeIndex;
  #inner: { readonly index: CodeIndex; readonly store: DisposableStore } | undefined;

  constructor(make: (config: IndexConfig) => CodeIndex) {
    this.#make = make;
  }

  readonly onDidChangeStatus = this.#changed.subscribe;

  get status(): IndexStatus {
    return this.#inner?.index.status ?? { kind: "off" };
  }

  get on(): boolean {
    return this.#inner !== undefined;
  }

  /** Turns it on, or gives the running one another config. */
  async configure(config: IndexConfig): Promise<void> {
    if (this.#inner) return this.#inner.index.configure(config);
    const store = new DisposableStore();
    const index = this.#make(config);
    store.add(index.onDidChangeStatus((status) => this.#changed.fire(status)));
    this.#inner = { index, store };
    this.#changed.fire(this.status);
  }

  async turnOff(): Promise<void> {
    const inner = this.#inner;
    if (!inner) return;
    this.#inner = undefined;
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
  }

  async dispose(): Promise<void> {
    await this.turnOff();
    this.#changed.dispose();
  }
}
