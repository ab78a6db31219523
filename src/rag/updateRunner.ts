import { rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { abortError, describeError, HearthError, serializeError } from "../common/errors";
import { t } from "../common/l10n";
import { CorpusUpdater, type CorpusUpdaterDeps } from "./corpusUpdater";
import { IndexReader, isAsFound } from "./indexReader";
import { JoinedTask } from "./joinedTask";
import type { IndexSummary } from "./ports";
import { TouchedFiles } from "./touchedFiles";
import { TouchQueue } from "./touchQueue";
import { UpdateRequests } from "./updateRequests";
import type { WorkspaceFolders } from "./workspaceFolders";
import { inspectPath } from "./workspaceScan";
import type { WriterLock } from "./writerLock";

export interface UpdateRunnerDeps extends CorpusUpdaterDeps {
  readonly lock: WriterLock;
  /** The folder of the vectors. */
  readonly vectors: string;
}

/** How often a writer looks whether it is asked for an update, and a reader whether something was saved. Milliseconds. */
const lookEveryMs = 500;
/** A reader looks at changed files so much later than the process that writes. Milliseconds. */
const readerDelayMs = 1_500;
/** How long a question waits for the syntax of files that it names something of. Milliseconds. */
const patienceMs = 2_000;

/** Decides when the index is brought up to date, and by whom: one process writes it, others follow. */
export class UpdateRunner {
  readonly #deps: UpdateRunnerDeps;
  readonly #updater: CorpusUpdater;
  readonly #reader: IndexReader;
  readonly #requests: UpdateRequests;
  readonly #closing = new AbortController();
  readonly #updates: JoinedTask<IndexSummary>;
  readonly #touchedFiles: TouchedFiles;
  readonly #touches = new TouchQueue((paths) => void this.#refreshTouched(paths));
  readonly #look: NodeJS.Timeout;
  #isLooking = false;
  /** Aborted: the index rests until it is resumed. */
  #pausing = new AbortController();
  /** Not known before the first update. It and the turn change within changes of the corpus alone. */
  #role: "writer" | "reader" | undefined;
  /** The turn as writer that the corpus goes with. */
  #turn = 0;
  /** While files are scanned and read, the status is theirs, not that of a pass that goes on meanwhile. */
  #updating = false;

  constructor(deps: UpdateRunnerDeps) {
    const { config, corpus, folders, lock, log } = deps;
    this.#deps = deps;
    this.#updater = new CorpusUpdater(deps, () => this.#refined());
    this.#requests = new UpdateRequests(config.storage, log);
    this.#reader = new IndexReader({ corpus, lock, requests: this.#requests });
    this.#touchedFiles = new TouchedFiles(config, folders, {
      has: (file) => corpus.current.files.has(file),
      hasBelow: (folder) => [...corpus.current.files.keys()].some((file) => file.startsWith(folder)),
    });
    this.#updates = new JoinedTask((signal) => corpus.change(() => this.#update(signal)));
    this.#look = setInterval(() => void this.#lookAround(), lookEveryMs).unref();
  }

  /** Files that the scan or the reading of files left out, with the reasons. */
  get leftOut(): ReadonlyMap<string, string> {
    return this.#updater.leftOut;
  }

  /**
   * Rejects with "index-failed" when no folder can be scanned; aborting keeps what was done so far. Paused, it does
   * nothing. Where another process writes the index, that one is asked for the update.
   */
  update(signal?: AbortSignal): Promise<IndexSummary> {
    return this.#isPaused ? Promise.resolve(this.#updater.idleSummary()) : this.#updates.run(signal);
  }

  touch(paths: readonly string[]): void {
    if (!this.#isPaused) this.#touches.add(paths);
  }

  /**
   * Gives files their syntax before the pass comes to them, for a question that waits for it; it waits no longer than
   * `patienceMs`. Who follows another process leaves the syntax to that one.
   */
  async refine(paths: readonly string[]): Promise<void> {
    if (paths.length === 0 || this.#role !== "writer" || this.#isPaused) return;
    const signal = AbortSignal.any([this.#closing.signal, this.#pausing.signal]);
    const refined = this.#deps.corpus
      .change(() => this.#updater.refine(paths, signal))
      .catch((error: unknown) => this.#failed("The files that a question names could not be read", error));
    await Promise.race([refined, delay(patienceMs, undefined, { ref: false })]);
  }

  setResting(resting: boolean): void {
    this.#updater.setResting(resting);
  }

  /** A running update ends early, with what it has done so far. */
  async pause(): Promise<void> {
    this.#pausing.abort(abortError());
    this.#touches.clear();
    await this.#updates.settled();
    await this.#updater.stopPasses();
    await this.#deps.corpus.change(() => this.#deps.corpus.save());
    if (this.#isPaused) this.#deps.reporter.tell({ kind: "paused", summary: this.#updater.summary() });
  }

  /** What changed meanwhile is looked for in the background; the status tells how that goes. */
  resume(): void {
    if (!this.#isPaused) return;
    this.#pausing = new AbortController();
    this.update().catch((error: unknown) => this.#failed("The index could not go on", error));
  }

  /** Ends a pause. Rejects with "index-failed" when another process writes this index. */
  async rebuild(signal?: AbortSignal): Promise<IndexSummary> {
    const { corpus, lock, embedder, vectors } = this.#deps;
    if (!(await lock.tryAcquire())) throw otherWriter();
    this.#pausing.abort(abortError());
    await this.#updates.settled();
    await this.#updater.stopPasses();
    await corpus.change(async () => {
      this.#role = "writer";
      this.#turn = lock.turn;
      await corpus.lead();
      corpus.clear();
      embedder.reload();
      await rm(vectors, { recursive: true, force: true });
    });
    this.#pausing = new AbortController();
    return this.update(signal);
  }

  /** A pass has ended. While an update runs, its own passes are to come, and tell. */
  passEnded(): void {
    if (this.#isQuiet) this.#deps.reporter.tell({ kind: "ready", summary: this.#updater.summary() });
  }

  /** Some files got their syntax. Once none waits for it any more, the pass over the vectors is to come, and tells. */
  #refined(): void {
    if ((this.#updater.summary().coarse ?? 0) > 0) this.passEnded();
  }

  embedding(done: number, total: number, secondsLeft?: number): void {
    if (!this.#isQuiet) return;
    this.#deps.reporter.tellProgress({ kind: "embedding", done, total, ...(secondsLeft !== undefined && { secondsLeft }) });
  }

  /** Ends what runs; nothing begins after this. */
  async close(): Promise<void> {
    this.#closing.abort(new HearthError("disposed", t("The index was closed.")));
    clearInterval(this.#look);
    this.#touches.close();
    await this.#updates.settled();
    await this.#updater.stopPasses();
  }

  get #isPaused(): boolean {
    return this.#pausing.signal.aborted;
  }

  get #isQuiet(): boolean {
    return !this.#updating && !this.#isPaused && !this.#closing.signal.aborted;
  }

  async #update(caller: AbortSignal): Promise<IndexSummary> {
    const { folders, corpus, reporter } = this.#deps;
    const pausing = this.#pausing.signal;
    const signal = AbortSignal.any([caller, this.#closing.signal, pausing]);
    try {
      signal.throwIfAborted();
      this.#updating = true;
      reporter.tell({ kind: "scanning" });
      const before = corpus.current;
      if (await this.#mayWrite()) await this.#updater.update(signal);
      else await this.#follow(signal);
      return await this.#finish(before !== corpus.current);
    } catch (error) {
      await corpus.save();
      await this.#updater.stopPasses();
      this.#updating = false;
      if (pausing.aborted && !caller.aborted && !this.#closing.signal.aborted) return this.#updater.idleSummary();
      const failure = signal.aborted ? abortError() : indexFailed(folders, error);
      reporter.tell({ kind: "failed", error: serializeError(failure) });
      throw failure;
    }
  }

  /** Whether this process is the one that writes. One that comes to be it goes on from what the last one saved. */
  async #mayWrite(): Promise<boolean> {
    const { lock, corpus, log } = this.#deps;
    const isWriter = await lock.tryAcquire().catch((error: unknown) => {
      log.write("info", `The index cannot be locked and stays in memory: ${describeError(error)}`);
      return true;
    });
    this.#role = isWriter ? "writer" : "reader";
    if (isWriter && lock.turn !== this.#turn) {
      this.#turn = lock.turn;
      await corpus.lead();
    }
    return isWriter;
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { corpus } = this.#deps;
    await this.#updater.stopPasses();
    const found = await this.#updater.scan(signal);
    const end = await this.#reader.update(found, signal);
    if (end === "free" && (await this.#mayWrite())) return this.#updater.update(signal);
    corpus.setBehind(end !== "current");
    await this.#updater.noteScan(found, signal);
  }

  async #finish(hasChanged: boolean): Promise<IndexSummary> {
    this.#updating = false;
    const { coarse = 0, changed, removed, moved = 0 } = this.#updater.summary();
    if (coarse > 0) this.passEnded();
    await this.#updater.startPasses({ hasChanged: hasChanged || changed + removed + moved > 0, isWriter: this.#role === "writer" });
    return this.#updater.summary();
  }

  /** Files that are known are read again; anything else (a new file, an ignore file, a folder) takes a full update. */
  async #refreshTouched(touched: readonly string[]): Promise<void> {
    const { corpus, history } = this.#deps;
    try {
      // The process that writes sees the change, too, and mostly has saved it by then.
      if (this.#role === "reader") await delay(readerDelayMs, undefined, { signal: this.#closing.signal });
      const work = await this.#touchedFiles.workFor(touched, this.#closing.signal);
      if (work.kind === "files") await corpus.change(() => this.#refresh(work.paths));
      if (work.kind === "scan") await this.update();
      history.noteEdits(touched.filter((file) => corpus.current.files.has(file)));
    } catch (error) {
      this.#failed("Changed files could not be indexed", error);
    }
  }

  async #refresh(paths: readonly string[]): Promise<void> {
    const { corpus, folders } = this.#deps;
    if (this.#isPaused) return;
    if (await this.#mayWrite()) {
      await this.#updater.refresh(paths, AbortSignal.any([this.#closing.signal, this.#pausing.signal]));
      await this.#finish(false);
      return;
    }
    await corpus.follow();
    const found = await Promise.all(paths.map((file) => inspectPath(folders, file)));
    const isKnown = found.every((file) => typeof file === "object" && isAsFound(corpus.current, file));
    if (!isKnown) this.update().catch((error: unknown) => this.#failed("Changed files could not be indexed", error));
  }

  /** A writer answers those who read; a reader takes over what was saved, and the writing once nobody else does it. */
  async #lookAround(): Promise<void> {
    if (this.#isLooking || this.#updating) return;
    this.#isLooking = true;
    try {
      if (this.#role === "writer") await this.#answerReaders();
      else if (this.#role === "reader" && !this.#isPaused) await this.#followWriter();
    } catch (error) {
      this.#failed("The other processes of this index could not be heeded", error);
    }
    this.#isLooking = false;
  }

  async #answerReaders(): Promise<void> {
    if (this.#deps.lock.isLost) await this.update();
    const requests = this.#role === "writer" ? await this.#requests.open() : [];
    if (requests.length === 0) return;
    const pausing = this.#pausing.signal;
    const { unsaved } = await this.update();
    // An update that was cut short, or could not be saved, is no answer: who asked takes one for "it is saved".
    if (unsaved === undefined && !pausing.aborted) await this.#requests.answer(requests);
  }

  async #followWriter(): Promise<void> {
    const { corpus, pass } = this.#deps;
    const end = await corpus.change(() => this.#takeOver());
    if (end === "free") await this.update();
    else if (end === "followed") await this.#finish(true);
    else if (pass.leftToOther && (await this.#updater.followVectors(this.#closing.signal))) this.passEnded();
  }

  /**
   * What the writer has saved. To be called within a change: before it began, an update may have made this process the
   * one that writes, and a writer that followed would save nothing from then on.
   */
  async #takeOver(): Promise<"free" | "followed" | "nothing"> {
    const { lock, corpus } = this.#deps;
    if (this.#role !== "reader") return "nothing";
    if (await lock.tryAcquire()) return "free";
    return (await corpus.follow()) ? "followed" : "nothing";
  }

  #failed(what: string, error: unknown): void {
    if (!this.#closing.signal.aborted && !this.#isPaused) this.#deps.log.write("warn", `${what}: ${describeError(error)}`);
  }
}

function indexFailed(folders: WorkspaceFolders, cause: unknown): HearthError {
  if (cause instanceof HearthError) return cause;
  const names = folders.all.map(({ path }) => path).join(", ");
  return new HearthError("index-failed", t("{0} could not be indexed: {1}", names, describeError(cause)), {
    remedy: t("See that the folder can be read, then index it again."),
    cause,
  });
}

function otherWriter(): HearthError {
  return new HearthError("index-failed", t("Another window or program writes the index of this workspace."), {
    remedy: t("Rebuild the index there, or close that one first."),
  });
}
