import { spawnSync } from "node:child_process";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { silentLog } from "../../../src/common/log";
import { CodeCorpus } from "../../../src/rag/codeCorpus";
import { CorpusStore } from "../../../src/rag/corpusStore";
import { memoryFlags } from "../../../src/common/steadyHeap";
import { CorpusRetriever } from "../../../src/rag/retriever";
import { VectorStore } from "../../../src/rag/vectorStore";
import { WarmUp } from "../../../src/rag/warmUp";
import { WorkHistory } from "../../../src/rag/workHistory";
import { WorkspaceFolders } from "../../../src/rag/workspaceFolders";
import { WriterLock } from "../../../src/rag/writerLock";
import { madeKind, madeVector } from "./madeVectors";
import { percentile, timed } from "./results";

export interface ProbeTask {
  readonly root: string;
  readonly storage: string;
  readonly withVectors: boolean;
  readonly queries: number;
}

export interface ProbeResult {
  readonly chunks: number;
  readonly vectors: number;
  /** Milliseconds until a question could be asked. */
  readonly loadMs: number;
  readonly firstQueryMs: number;
  /** Processor time of what is prepared while nobody asks. */
  readonly warmMs: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** Resident memory more than before loading, after the questions. */
  readonly addedMb: number;
}

const flag = "--load-probe";

/** Loads a saved index in a process of its own, so that its memory can be told, and asks it questions. */
export function probeLoad(task: ProbeTask): ProbeResult {
  const child = spawnSync(process.execPath, [...memoryFlags, "--expose-gc", process.argv[1] ?? "", flag, JSON.stringify(task)], { encoding: "utf8" });
  if (child.status !== 0) throw new Error(`The probe failed: ${child.stderr}`);
  return JSON.parse(child.stdout) as ProbeResult;
}

/** Does the probe's work when this process is one. */
export async function runAsProbe(): Promise<boolean> {
  const at = process.argv.indexOf(flag);
  if (at < 0) return false;
  process.stdout.write(JSON.stringify(await probe(JSON.parse(process.argv[at + 1] ?? "") as ProbeTask)));
  return true;
}

async function probe({ root, storage, withVectors, queries }: ProbeTask): Promise<ProbeResult> {
  const corpus = new CodeCorpus();
  const before = residentMb();
  const { result: vectors, took: loadMs } = await timed(async () => {
    if (!(await new CorpusStore(storage, new WriterLock(storage, silentLog), silentLog).load(corpus))) throw new Error("Nothing was saved.");
    return withVectors ? VectorStore.open(path.join(storage, "vectors"), madeKind) : undefined;
  });
  const nearest = (text: string, limit: number) =>
    (vectors?.search(madeVector(text), limit) ?? []).flatMap(({ pathHash, key }) => corpus.chunksWith(pathHash, key));
  const retriever = new CorpusRetriever({
    folders: new WorkspaceFolders([{ path: root, name: "tree" }]),
    corpus: () => corpus,
    history: new WorkHistory(),
    nearest: (text, limit) => Promise.resolve(nearest(text, limit)),
    refine: () => Promise.resolve(),
    onStale: () => undefined,
  });
  const ask = (text: string) => timed(() => retriever.retrieve({ text, limit: 20 }));
  const { took: firstQueryMs } = await ask("how is a stale session token refreshed");
  const warmMs = await warm(corpus);
  const times: number[] = [];
  for (const text of questions(corpus, queries)) times.push((await ask(text)).took);
  return {
    chunks: corpus.lexical.chunkCount,
    vectors: vectors?.count ?? 0,
    loadMs,
    firstQueryMs,
    warmMs,
    p50Ms: percentile(times, 0.5),
    p95Ms: percentile(times, 0.95),
    addedMb: residentMb() - before,
  };
}

/** As the product does after loading. */
async function warm(corpus: CodeCorpus): Promise<number> {
  const before = process.cpuUsage();
  const warmUp = new WarmUp(() => corpus);
  while (!warmUp.prepare()) await nextTurn();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Questions with names and words that the tree has. */
function questions(corpus: CodeCorpus, count: number): readonly string[] {
  const paths = [...corpus.files.keys()];
  return Array.from({ length: count }, (_, i) => {
    const [first = 0] = corpus.chunkNumbersOf(paths[(i * 7919) % paths.length] ?? "");
    const name = corpus.chunk(first)?.definitions[0] ?? "parser";
    const words = name.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
    return [`how does ${name} work and who calls it`, `where do we ${words} when a message is missing`, `${words} of the session cache`, `fix the error in ${words}`][i % 4] ?? words;
  });
}

function residentMb(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1e6;
}
