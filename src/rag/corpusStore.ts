import path from "node:path";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { CodeCorpus } from "./codeCorpus";
import { IndexLog, type LoadedLog, type LogState } from "./indexLog";
import { decodeRecord, encodeRecord, type IndexRecord } from "./indexRecords";
import type { UnsavedReason } from "./ports";
import type { WriterLock } from "./writerLock";

/**
 * What stands behind the snapshot is read word by word: once it is more than this, and than an eighth of the snapshot,
 * the log is written anew. Bytes.
 */
const mostTailBytes = 512 * 1024;

type Saved =
  /** Nothing on disk is known to be this corpus: it has to be written whole. */
  | { readonly kind: "unsaved" }
  | { readonly kind: "saved"; readonly state: LogState; readonly terms: number; readonly wholeBytes: number };

/** What a reader found behind what it knows: nothing new, changes that it took over, or another index. */
export type Followed = "same" | "followed" | "replaced";

/** Keeps a corpus on disk: loads it, appends what changed, writes it anew when that pays. */
export class CorpusStore {
  readonly #log: Log;
  readonly #lock: WriterLock;
  readonly #file: IndexLog;
  #saved: Saved = { kind: "unsaved" };
  #pending: IndexRecord[] = [];

  constructor(folder: string, lock: WriterLock, log: Log) {
    this.#file = new IndexLog(path.join(folder, "index.log"));
    this.#lock = lock;
    this.#log = log;
  }

  /** Fills an empty corpus. False when there was nothing usable: then it has to be filled from the files. */
  async load(corpus: CodeCorpus): Promise<boolean> {
    this.invalidate();
    const loaded = await this.#file.load();
    return loaded ? this.#take(corpus, loaded, loaded.wholeBytes) : false;
  }

  /**
   * Takes over what another process has saved since. "replaced": what is on disk is not this corpus with changes behind
   * it, or this corpus has changes of its own; to go along, load into an empty one.
   */
  async follow(corpus: CodeCorpus): Promise<Followed> {
    const saved = this.#saved;
    const isAsSaved = saved.kind === "saved" && this.#pending.length === 0 && saved.terms === corpus.lexical.dictionary.size;
    const tail = isAsSaved ? await this.#file.loadFrom(saved.state) : undefined;
    if (!isAsSaved || !tail || this.#saved !== saved || this.#pending.length > 0) return "replaced";
    if (tail.records.length === 0) return "same";
    return this.#take(corpus, tail, saved.wholeBytes) ? "followed" : "replaced";
  }

  /** Remembers a change that the next save is to write. */
  note(record: IndexRecord): void {
    if (this.#saved.kind === "saved") this.#pending.push(record);
  }

  /** The corpus got new numbers: what is on disk no longer goes with it. */
  invalidate(): void {
    this.#saved = { kind: "unsaved" };
    this.#pending = [];
  }

  /** Writes what changed. Says why not, where it could not: the next save tries again. */
  async save(corpus: CodeCorpus): Promise<"saved" | UnsavedReason> {
    if (this.#saved.kind === "saved" && this.#pending.length === 0) return "saved";
    try {
      if (!(await this.#lock.tryAcquire())) return "other-writer";
      const saved = this.#saved;
      if (saved.kind === "saved" && isWorthAppending(saved) && (await this.#file.isAt(saved.state))) {
        await this.#append(corpus, saved);
      } else await this.#rewrite(corpus);
      return "saved";
    } catch (error) {
      this.invalidate();
      this.#log.write("warn", `The index could not be saved and stays in memory: ${describeError(error)}`);
      return "disk-error";
    }
  }

  #take(corpus: CodeCorpus, { records, state }: LoadedLog, wholeBytes: number): boolean {
    try {
      for (const record of records) corpus.apply(decodeRecord(record));
    } catch (error) {
      this.invalidate();
      this.#log.write("warn", `The saved index is damaged and is built anew: ${describeError(error)}`);
      return false;
    }
    this.#saved = { kind: "saved", state, terms: corpus.lexical.dictionary.size, wholeBytes };
    return true;
  }

  async #append(corpus: CodeCorpus, saved: Saved & { kind: "saved" }): Promise<void> {
    const pending = this.#pending;
    this.#pending = [];
    const { dictionary } = corpus.lexical;
    const terms = dictionary.termsFrom(saved.terms);
    const records: IndexRecord[] = terms.length > 0 ? [{ kind: "terms", terms }, ...pending] : pending;
    const size = dictionary.size;
    const state = await this.#file.append(saved.state, records.map(encodeRecord));
    // What was noted while the disk was busy belongs to the next save; a renumbering meanwhile wins.
    if (this.#saved === saved) this.#saved = { ...saved, state, terms: size };
  }

  async #rewrite(corpus: CodeCorpus): Promise<void> {
    const size = corpus.lexical.dictionary.size;
    const record = encodeRecord({ kind: "snapshot", snapshot: corpus.snapshot() });
    const mark: Saved = { kind: "saved", state: { generation: "", length: 0 }, terms: size, wholeBytes: 0 };
    this.#saved = mark;
    this.#pending = [];
    const state = await this.#file.rewrite([record]);
    if (this.#saved === mark) this.#saved = { kind: "saved", state, terms: size, wholeBytes: state.length };
  }
}

function isWorthAppending({ state, wholeBytes }: Saved & { kind: "saved" }): boolean {
  return state.length - wholeBytes < Math.max(mostTailBytes, wholeBytes / 8);
}
