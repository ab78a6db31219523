import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { silentLog } from "../../../src/common/log";
import { IndexStore } from "../../../src/rag/indexStore";
import type { VectorPrecision } from "../../../src/rag/vectorCodec";
import { ChangingTree } from "./changingTree";
import { type Crash, crashAt, type CrashPoint } from "./crashPoint";
import { addStep, growthSteps, openVectors } from "./growingVectors";
import { markEmbeddings, precisionOf } from "./markModel";

export interface WriterTask {
  readonly root: string;
  readonly storage: string;
  readonly seed: number;
  /** The folder that this writer changes. */
  readonly folder: string;
  readonly firstStep: number;
  /** Whether it indexes the folder, or only adds vectors. */
  readonly work: "index" | "vectors";
  /** Where it ends by itself; absent: it goes on until it is killed. */
  readonly crash?: CrashPoint;
}

/** What a writer tells, a line each. "saved": the index was on disk by then. "crash": where it ends. */
export type WriterNews = { readonly kind: StepKind; readonly step: number } | { readonly kind: "crash"; readonly crash: Crash };
export type StepKind = "began" | "saved" | "embedded";

export const writerFlag = "--crash-writer";

/** Does a writer's work when this process is one: changes files and indexes them, step after step, until it is killed or done. */
export async function runAsWriter(): Promise<boolean> {
  const at = process.argv.indexOf(writerFlag);
  if (at < 0) return false;
  const task = JSON.parse(process.argv[at + 1] ?? "") as WriterTask;
  if (task.crash) crashAt(task.storage, task.crash, (crash) => tell({ kind: "crash", crash }));
  return task.work === "index" ? indexSteps(task) : addVectors(task);
}

async function indexSteps(task: WriterTask): Promise<never> {
  const store = openStore(task.root, task.storage, precisionOf(task.seed));
  const vectors = new VectorWatch(store);
  await store.open();
  const tree = new ChangingTree(task.root, task.folder, task.seed);
  for (let step = task.firstStep; ; step++) {
    tell({ kind: "began", step });
    tree.write(step);
    vectors.forget();
    const { unsaved } = await store.update();
    if (unsaved === undefined) tell({ kind: "saved", step });
    for (let waited = 0; unsaved === undefined && !vectors.areComplete && waited < 400; waited += 5) await delay(5);
    if (unsaved === undefined && vectors.areComplete) tell({ kind: "embedded", step });
  }
}

async function addVectors(task: WriterTask): Promise<true> {
  const store = await openVectors(path.join(task.storage, "vectors"), precisionOf(task.seed));
  for (let step = task.firstStep; step <= growthSteps; step++) {
    tell({ kind: "began", step });
    await addStep(store, step);
    tell({ kind: "saved", step });
  }
  return true;
}

/** Whether all chunks have had their vectors, and on disk, since it was last asked to forget. Who reads does not know what the writer still has to do. */
class VectorWatch {
  #areComplete = false;

  constructor(store: IndexStore) {
    store.onDidChangeStatus((status) => {
      this.#areComplete = status.kind === "ready" && status.summary.unsaved === undefined && status.summary.embedded >= status.summary.chunks;
    });
  }

  get areComplete(): boolean {
    return this.#areComplete;
  }

  forget(): void {
    this.#areComplete = false;
  }
}

/** As installed: those in dist are away for a moment whenever somebody builds. */
export const grammars = path.resolve("node_modules/@vscode/tree-sitter-wasm/wasm");

export function openStore(root: string, storage: string, vectorPrecision: VectorPrecision): IndexStore {
  const config = { roots: [{ path: root, name: "tree" }], storage, exclude: [], useGit: false, vectorPrecision };
  return new IndexStore({ config, grammars, embeddings: markEmbeddings, log: silentLog });
}

/** A pipe is written before this returns, so that nothing told is lost when the process is killed. */
function tell(news: WriterNews): void {
  process.stdout.write(`${JSON.stringify(news)}\n`);
}
