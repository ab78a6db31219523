import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { silentLog } from "../../../src/common/log";
import { Chunker } from "../../../src/rag/chunker";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { CorpusStore } from "../../../src/rag/corpusStore";
import { IndexLog } from "../../../src/rag/indexLog";
import type { IndexStore } from "../../../src/rag/indexStore";
import { decodeSource, pathHash, shortHash, splitLines, textOfRange } from "../../../src/rag/sourceText";
import { Syntax } from "../../../src/rag/syntax";
import { vectorId } from "../../../src/rag/vectorIds";
import { VectorStore } from "../../../src/rag/vectorStore";
import { WriterLock } from "../../../src/rag/writerLock";
import type { ChangingTree } from "./changingTree";
import type { Crash, CrashPoint } from "./crashPoint";
import { grammars, openStore } from "./crashWriter";
import { cosine, markModel, markVector, precisionOf } from "./markModel";
import { WriterRun } from "./writerRun";
import { seeded } from "../../fixtures/seeded";

/** One process is killed; or two compete, and the second is killed when it has taken over; or the next process is killed, too. */
export const crashShapes = ["one", "two", "again"] as const;
type CrashShape = (typeof crashShapes)[number];
/** "shards": what `ShardTrial` tries. */
export type TrialShape = CrashShape | "shards";

export interface TrialResult {
  readonly shape: TrialShape;
  /** Where processes ended by themselves; the others were killed from outside, at any moment. */
  readonly crashes: readonly Crash[];
  readonly kills: number;
  /** The last step that the first tree's processes had saved. */
  readonly savedStep: number;
  /** Whether half a record or a temporary file was left. */
  readonly leftovers: boolean;
  readonly files: number;
  readonly chunks: number;
  readonly vectors: number;
}

type ExpectedChunk = readonly [startLine: number, endLine: number, key: string];

const chunker = new Chunker(new Syntax(grammars, silentLog));
/** A writer that was killed holds its lock for so long; the trial makes it as old as that. Milliseconds. */
const staleMs = 60_000;
/** A process on a busy machine may take long to come so far. Milliseconds. */
const mostWaitMs = 8_000;
/** A process that has not come to its operation by then is killed. */
const mostSteps = 8;
/** Of so many processes one is killed from outside, the others end at a chosen operation. */
const outsideEvery = 6;

/** One folder, one index, one or two writers that are killed. Throws an AssertionError when the index is not as it must be. */
export class CrashTrial {
  readonly #scratch: string;
  readonly #seed: number;
  readonly #shape: CrashShape;
  readonly #random: () => number;
  readonly #root: string;
  readonly #storage: string;

  constructor(scratch: string, seed: number, shape: CrashShape) {
    this.#scratch = scratch;
    this.#seed = seed;
    this.#shape = shape;
    this.#random = seeded(seed);
    this.#root = path.join(scratch, "tree");
    this.#storage = path.join(scratch, "index");
    mkdirSync(this.#root);
  }

  async run(): Promise<TrialResult> {
    const shape = this.#shape;
    const first = this.#writer("a");
    const runs = shape === "two" ? [first, this.#writer("b")] : [first];
    const ends = runs.map((run) => this.#start(run));
    await Promise.race(ends);
    if (shape !== "one") {
      this.#ageLock(runs);
      await (shape === "again" ? this.#start(first) : Promise.all(ends));
    }
    const checked = await this.#check(runs);
    await this.#recover();
    const kills = shape === "one" ? 1 : 2;
    return { shape, crashes: runs.flatMap(({ crashes }) => crashes), kills, savedStep: first.lastStep("saved"), ...checked };
  }

  #writer(folder: string): WriterRun {
    return new WriterRun({ root: this.#root, storage: this.#storage, seed: this.#seed, folder, work: "index" });
  }

  /** Comes back when the process has ended. */
  async #start(run: WriterRun): Promise<void> {
    const fromOutside = Math.floor(this.#random() * outsideEvery) === 0;
    const delayMs = this.#random() ** 3 * 250;
    const crash = this.#crashPoint();
    run.start(fromOutside ? undefined : crash);
    await (fromOutside ? this.#untilMoment(run, delayMs) : run.until(() => run.lastStep("began") > mostSteps, mostWaitMs));
    await run.kill();
  }

  #crashPoint(): CrashPoint {
    const pick = this.#random();
    const [target, operations] = pick < 0.45 ? (["log", 10] as const) : pick < 0.9 ? (["vectors", 24] as const) : (["any", 30] as const);
    const operation = 1 + Math.floor(this.#random() * operations);
    return { target, operation, moment: this.#random() < 0.7 ? "within" : "after", share: this.#random() };
  }

  /** A random moment after the beginning, or after one of the first steps was saved or embedded. */
  async #untilMoment(run: WriterRun, delayMs: number): Promise<void> {
    const kind = (["began", "saved", "saved", "embedded"] as const)[Math.floor(this.#random() * 4)] ?? "saved";
    const step = run.lastStep("began") + (kind === "began" ? 1 : 1 + Math.floor(this.#random() * 4));
    await run.until(() => run.lastStep(kind) >= step, mostWaitMs);
    await delay(delayMs);
  }

  /** As if its owner had been gone for long. The lock of one that lives stays as it is. */
  #ageLock(runs: readonly WriterRun[] = []): void {
    const [owner, lock] = ["writer.owner", "writer.lock"].map((name) => path.join(this.#storage, name)) as [string, string];
    const pid = existsSync(owner) ? Number(readFileSync(owner, "utf8").split(" ")[0]) : 0;
    const then = new Date(Date.now() - staleMs);
    if (existsSync(lock) && !runs.some((run) => !run.hasEnded && run.pid === pid)) utimesSync(lock, then, then);
  }

  /** The index as the kills left it. */
  async #check(runs: readonly WriterRun[]): Promise<Pick<TrialResult, "files" | "chunks" | "vectors" | "leftovers">> {
    const leftovers = await this.#leftovers();
    const corpus = new CodeCorpus();
    const isThere = await new CorpusStore(this.#storage, new WriterLock(this.#storage, silentLog), silentLog).load(corpus);
    assert.ok(isThere || runs.every((run) => run.lastStep("saved") === 0), "what was saved can be loaded");
    for (const run of runs) {
      for (const file of run.tree.files) if (isThere) await this.#checkFile(corpus, run.tree, file, run.lastStep("saved"), run.lastStep("began"));
    }
    const vectors = await this.#checkVectors(corpus, runs);
    return { files: corpus.files.size, chunks: corpus.lexical.chunkCount, vectors, leftovers };
  }

  async #checkFile(corpus: CodeCorpus, tree: ChangingTree, file: string, least: number, most: number): Promise<void> {
    const found = chunksIn(corpus, file);
    const steps = Array.from({ length: most - least + 1 }, (_, i) => least + i);
    const contents = new Set(steps.map((step) => tree.content(file, step)));
    // A first index may have been saved before it had come to this file.
    if (least === 0) contents.add(undefined);
    const allowed = await Promise.all([...contents].map(expectedChunks));
    const isOneOf = allowed.some((expected) => JSON.stringify(expected) === JSON.stringify(found));
    assert.ok(isOneOf, `${file} holds what it held at one of the steps ${least} to ${most}, not ${JSON.stringify(found)}`);
    for (const number of corpus.chunkNumbersOf(file)) {
      for (const name of corpus.chunk(number)?.definitions ?? []) {
        assert.ok(corpus.symbols.exact(name).includes(number), `${name} is found by name`);
        assert.ok(corpus.lexical.scoreChunks([{ text: name.toLowerCase(), weight: 1 }]).of(number) > 0, `${name} is found by word`);
      }
    }
  }

  /** Each vector is that of its chunk, and what was certainly written is there. */
  async #checkVectors(corpus: CodeCorpus, runs: readonly WriterRun[]): Promise<number> {
    const store = await this.#openVectors(this.#storage);
    const marks = await this.#vectorsById(runs);
    let count = 0;
    for (const { id, vector } of store.items()) {
      const expected = marks.get(id);
      assert.ok(expected, "a vector belongs to a chunk that there was");
      assert.ok(cosine(expected, vector) > 0.99, "a vector is that of its chunk");
      count++;
    }
    for (const run of runs) if (run.lastStep("embedded") > 0) await this.#checkKeptVectors(corpus, store, run);
    return count;
  }

  /** Chunks that are the same in all steps since their vectors were written must have theirs. */
  async #checkKeptVectors(corpus: CodeCorpus, store: VectorStore, run: WriterRun): Promise<void> {
    const embedded = run.lastStep("embedded");
    const steps = Array.from({ length: run.lastStep("began") - embedded + 1 }, (_, i) => embedded + i);
    for (const file of run.tree.files.filter((name) => corpus.files.has(name))) {
      const keys = await Promise.all(steps.map(async (step) => new Set((await expectedChunks(run.tree.content(file, step)))?.map(([, , key]) => key))));
      for (const key of keys[0] ?? []) if (keys.every((set) => set.has(key))) assert.ok(store.has(file, key), `${file} has kept its vectors`);
    }
  }

  async #vectorsById(runs: readonly WriterRun[]): Promise<ReadonlyMap<string, Float32Array>> {
    const byId = new Map<string, Float32Array>();
    for (const run of runs) {
      for (const file of run.tree.files) {
        for (let step = 0; step <= run.lastStep("began"); step++) {
          const content = run.tree.content(file, step);
          const lines = splitLines(content ?? "");
          for (const [startLine, endLine, key] of (await expectedChunks(content)) ?? []) byId.set(vectorId(pathHash(file), key), markVector(textOfRange(lines, startLine, endLine)));
        }
      }
    }
    return byId;
  }

  /** One update brings the index to what one made anew has. */
  async #recover(): Promise<void> {
    this.#ageLock();
    const recovered = await this.#updated(this.#storage);
    const fresh = await this.#updated(path.join(this.#scratch, "fresh"));
    assert.deepEqual(recovered, fresh);
  }

  async #updated(storage: string): Promise<unknown> {
    const store = openStore(this.#root, storage, precisionOf(this.#seed));
    await store.open();
    const embedded = untilEmbedded(store);
    const summary = await store.update();
    assert.equal(summary.unsaved, undefined);
    await embedded;
    await store.close();
    const corpus = new CodeCorpus();
    assert.ok(await new CorpusStore(storage, new WriterLock(storage, silentLog), silentLog).load(corpus));
    const vectors = await this.#openVectors(storage);
    const files = [...corpus.files.keys()].sort();
    for (const file of files) assert.deepEqual(chunksIn(corpus, file), await expectedChunks(decodeSource(readFileSync(path.join(this.#root, file)))));
    return { files: files.map((file) => [file, chunksIn(corpus, file)]), scores: scores(corpus), vectors: [...vectors.items()].map(({ id }) => id).sort() };
  }

  #openVectors(storage: string): Promise<VectorStore> {
    return VectorStore.open(path.join(storage, "vectors"), { hash: markModel.hash, dimensions: markModel.dimensions, precision: precisionOf(this.#seed) });
  }

  async #leftovers(): Promise<boolean> {
    if (!existsSync(this.#storage)) return false;
    const names = readdirSync(this.#storage, { recursive: true, encoding: "utf8" });
    const file = path.join(this.#storage, "index.log");
    const loaded = existsSync(file) ? await new IndexLog(file).load() : undefined;
    return names.some((name) => name.endsWith(".tmp")) || (loaded !== undefined && loaded.state.length < statSync(file).size);
  }
}

function untilEmbedded(store: IndexStore): Promise<void> {
  return new Promise((resolve) => {
    store.onDidChangeStatus((status) => {
      if (status.kind === "ready" && status.summary.embedded >= status.summary.chunks) resolve();
    });
  });
}

function chunksIn(corpus: CodeCorpus, file: string): readonly ExpectedChunk[] | undefined {
  if (!corpus.files.has(file)) return undefined;
  return corpus.chunkNumbersOf(file).map((number) => {
    const chunk = corpus.chunk(number);
    return [chunk?.startLine ?? 0, chunk?.endLine ?? 0, chunk?.key ?? ""];
  });
}

async function expectedChunks(content: string | undefined): Promise<readonly ExpectedChunk[] | undefined> {
  if (content === undefined) return undefined;
  const lines = splitLines(content);
  const chunks = await chunker.chunk(content, lines, "typescript");
  return chunks.map(({ startLine, endLine }) => [startLine, endLine, shortHash(textOfRange(lines, startLine, endLine))]);
}

function scores(corpus: CodeCorpus): readonly string[] {
  const board = corpus.lexical.scoreChunks(["fare3", "parcel", "route", "cost"].map((text) => ({ text, weight: 1 })));
  return board.touched.map((number) => `${corpus.pathOf(number)}:${corpus.chunk(number)?.startLine} ${board.of(number).toFixed(9)}`).sort();
}
