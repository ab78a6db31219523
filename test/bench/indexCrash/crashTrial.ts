import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
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
import { ChangingTree, markVector } from "./changingTree";
import { markModel, openStore, precisionOf, writerFlag, type WriterNews, type WriterTask } from "./crashWriter";
import { seeded } from "../../fixtures/seeded";

export interface TrialResult {
  readonly writers: 1 | 2;
  /** The last step that the first writer had saved when it was killed. */
  readonly savedStep: number;
  /** Whether the kill left half a record or a temporary file. */
  readonly leftovers: boolean;
  readonly files: number;
  readonly chunks: number;
  readonly vectors: number;
}

interface Writer {
  readonly child: ChildProcess;
  readonly tree: ChangingTree;
  readonly news: WriterNews[];
  readonly ended: Promise<unknown>;
}

type ExpectedChunk = readonly [startLine: number, endLine: number, key: string];

const chunker = new Chunker(new Syntax(path.resolve("dist/wasm"), silentLog));
/** A writer that was killed holds its lock for so long; the trial makes it as old as that. Milliseconds. */
const staleMs = 60_000;
/** A process on a busy machine may take long to come so far. */
const mostWaitMs = 8_000;
/** Two writers are on the index in every third trial. */
const twoWritersEvery = 3;

/** One folder, one index, one or two writers, one kill. Throws an AssertionError when the index is not as it must be. */
export class CrashTrial {
  readonly #scratch: string;
  readonly #seed: number;
  readonly #random: () => number;
  readonly #root: string;
  readonly #storage: string;

  constructor(scratch: string, seed: number) {
    this.#scratch = scratch;
    this.#seed = seed;
    this.#random = seeded(seed);
    this.#root = path.join(scratch, "tree");
    this.#storage = path.join(scratch, "index");
    mkdirSync(this.#root);
  }

  async run(): Promise<TrialResult> {
    const writers = this.#seed % twoWritersEvery === 0 ? 2 : 1;
    const killed = this.#start("a");
    const other = writers === 2 ? this.#start("b") : undefined;
    await this.#untilMoment(killed);
    await kill(killed);
    if (other) await this.#letTakeOver(other);
    const checked = await this.#check(other ? [killed.tree, other.tree] : [killed.tree], killed, other);
    await this.#recover();
    return { writers, savedStep: lastStep(killed, "saved"), ...checked };
  }

  /** The other process writes on when the killed one's lock is old, until it is killed too. */
  async #letTakeOver(other: Writer): Promise<void> {
    this.#ageLock();
    await delay(this.#random() * 1_000);
    await kill(other);
  }

  #start(folder: string): Writer {
    const tree = new ChangingTree(this.#root, folder, this.#seed);
    tree.write(0);
    const task: WriterTask = { root: this.#root, storage: this.#storage, seed: this.#seed, folder, firstStep: 1 };
    const child = spawn(process.execPath, [process.argv[1] ?? "", writerFlag, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
    const news: WriterNews[] = [];
    let rest = "";
    child.stdout.on("data", (data: Buffer) => {
      const lines = (rest + data.toString()).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) news.push(JSON.parse(line) as WriterNews);
    });
    const ended = new Promise((resolve) => child.once("close", resolve));
    return { child, tree, news, ended };
  }

  /** A random moment after the beginning, or after one of the first steps was saved or embedded. */
  async #untilMoment({ news, child }: Writer): Promise<void> {
    const kind = (["began", "saved", "saved", "embedded"] as const)[Math.floor(this.#random() * 4)];
    const step = kind === "began" ? 1 : 1 + Math.floor(this.#random() * 4);
    const isThere = () => news.some((item) => item.kind === kind && item.step >= step);
    const giveUpAt = performance.now() + mostWaitMs;
    while (!isThere() && child.exitCode === null && performance.now() < giveUpAt) await delay(2);
    await delay(this.#random() ** 3 * 250);
  }

  #ageLock(): void {
    const lock = path.join(this.#storage, "writer.lock");
    const then = new Date(Date.now() - staleMs);
    if (existsSync(lock)) utimesSync(lock, then, then);
  }

  /** The index as the kill left it. */
  async #check(trees: readonly ChangingTree[], killed: Writer, other: Writer | undefined): Promise<Pick<TrialResult, "files" | "chunks" | "vectors" | "leftovers">> {
    const saved = lastStep(killed, "saved");
    const leftovers = await this.#leftovers();
    const corpus = new CodeCorpus();
    const isThere = await new CorpusStore(this.#storage, new WriterLock(this.#storage, silentLog), silentLog).load(corpus);
    assert.ok(isThere || saved === 0, "what was saved can be loaded");
    for (const tree of trees) {
      // The second writer may have seen the first one's files at an older step: only contents are compared then.
      const least = tree === killed.tree && !other ? saved : 0;
      const most = lastStep(tree === killed.tree ? killed : (other ?? killed), "began");
      for (const file of tree.files) if (isThere) await this.#checkFile(corpus, tree, file, least, most);
    }
    const vectors = await this.#checkVectors(corpus, killed, other !== undefined);
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
  async #checkVectors(corpus: CodeCorpus, killed: Writer, isShared: boolean): Promise<number> {
    const store = await this.#openVectors(this.#storage);
    const marks = await this.#vectorsByKey([killed.tree], lastStep(killed, "began"));
    let count = 0;
    for (const { id, vector } of store.items()) {
      const expected = marks.get(id);
      if (!isShared) assert.ok(expected, "a vector belongs to a chunk that there was");
      if (expected) assert.ok(cosine(expected, vector) > 0.99, "a vector is that of its chunk");
      count++;
    }
    const embedded = lastStep(killed, "embedded");
    if (isShared || embedded === 0) return count;
    for (const file of corpus.files.keys()) {
      // Chunks that are the same in all steps since must have theirs.
      const steps = Array.from({ length: lastStep(killed, "began") - embedded + 1 }, (_, i) => embedded + i);
      const keys = await Promise.all(steps.map(async (step) => new Set((await expectedChunks(killed.tree.content(file, step)))?.map(([, , key]) => key))));
      for (const key of keys[0] ?? []) if (keys.every((set) => set.has(key))) assert.ok(store.has(file, key), `${file} has kept its vectors`);
    }
    return count;
  }

  async #vectorsByKey(trees: readonly ChangingTree[], most: number): Promise<ReadonlyMap<string, Float32Array>> {
    const byId = new Map<string, Float32Array>();
    for (const tree of trees) {
      for (const file of tree.files) {
        for (let step = 0; step <= most; step++) {
          const content = tree.content(file, step);
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

async function kill({ child, ended }: Writer): Promise<void> {
  child.kill("SIGKILL");
  await ended;
}

function lastStep({ news }: Writer, kind: WriterNews["kind"]): number {
  return news.findLast((item) => item.kind === kind)?.step ?? 0;
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

function cosine(a: Float32Array, b: Float32Array): number {
  let [dot, ofA, ofB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += (a[i] ?? 0) * (b[i] ?? 0);
    ofA += (a[i] ?? 0) ** 2;
    ofB += (b[i] ?? 0) ** 2;
  }
  return dot / Math.sqrt(ofA * ofB);
}
