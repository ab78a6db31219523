import { CodeCorpus } from "./codeCorpus";
import type { CorpusStore } from "./corpusStore";
import type { UnsavedReason } from "./ports";

/** When a save was not possible: how long until the next try. Milliseconds. */
const retrySaveMs = 3_000;

/** The corpus that questions are answered from, changed by one at a time and saved after each change. */
export class LiveCorpus {
  readonly #store: CorpusStore;
  #current = new CodeCorpus();
  #queue: Promise<unknown> = Promise.resolve();
  #unsaved: UnsavedReason | undefined;
  #saveTimer: NodeJS.Timeout | undefined;
  /** Whether another process writes, so that nothing of this one's may be saved. */
  #follows = false;
  #closed = false;

  constructor(store: CorpusStore) {
    this.#store = store;
  }

  get current(): CodeCorpus {
    return this.#current;
  }

  /** Why what is in memory is not all on disk. */
  get unsaved(): UnsavedReason | undefined {
    return this.#unsaved;
  }

  /** Runs an act when those before it have ended, whether or not they failed. */
  change<T>(act: () => Promise<T>): Promise<T> {
    const next = this.#queue.then(act);
    this.#queue = next.catch(() => undefined);
    return next;
  }

  /** Fills it with what was saved; nothing usable leaves it empty. To be called within a change. */
  async load(): Promise<void> {
    const fresh = new CodeCorpus();
    this.#current = (await this.#store.load(fresh)) ? fresh : new CodeCorpus();
  }

  /** Takes over what another process has saved, and saves nothing from now on. True when there was something. To be called within a change. */
  async follow(): Promise<boolean> {
    this.#follows = true;
    clearTimeout(this.#saveTimer);
    return this.#catchUp();
  }

  /** Tells whether a follower is behind the files, for want of the writer's saves. */
  setBehind(isBehind: boolean): void {
    this.#unsaved = isBehind ? "other-writer" : undefined;
  }

  /** Goes on from what the last writer saved, as the one that writes. True when there was something. To be called within a change. */
  async lead(): Promise<boolean> {
    this.#follows = false;
    this.#unsaved = undefined;
    return this.#catchUp();
  }

  /** To be called within a change. */
  clear(): void {
    this.#store.invalidate();
    this.#current = new CodeCorpus();
  }

  /** Saves what changed, and tries again later when that was not possible. To be called within a change. */
  async save(): Promise<void> {
    clearTimeout(this.#saveTimer);
    if (this.#follows) return;
    if (this.#current.rebuildIfSparse()) this.#store.invalidate();
    const result = await this.#store.save(this.#current);
    this.#unsaved = result === "saved" ? undefined : result;
    if (result === "saved" || this.#closed) return;
    this.#saveTimer = setTimeout(() => void this.change(() => this.save()), retrySaveMs);
  }

  /** Saves for the last time. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#saveTimer);
    await this.change(() => this.save());
  }

  /** A saved index that cannot be read leaves what is in memory. */
  async #catchUp(): Promise<boolean> {
    const followed = await this.#store.follow(this.#current);
    if (followed !== "replaced") return followed === "followed";
    const fresh = new CodeCorpus();
    if (!(await this.#store.load(fresh))) return false;
    this.#current = fresh;
    return true;
  }
}
