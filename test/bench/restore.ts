/**
 * `node scripts/bench.mjs restore [--model FILE] [--threads N] [--tokens N] [--rounds N] [--json]`: saving a KV state and
 * loading it again, verification included, against evaluating its tokens. Without --model it is the full-size Phi-3
 * shape with random weights (4.6 GB resident). The state's file is in the system's file cache, as it is soon after a
 * restart of the editor. The target: loading takes at most 1/50 of evaluating.
 */
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { stderrLog } from "../../src/common/log";
import { physicalCores } from "../../src/engine/cpuCores";
import { NativeLlama } from "../../src/engine/llama";
import type { ChatRuntime, SequencePort } from "../../src/engine/runtime";
import { openSavedStates } from "../../src/engine/states/openSavedStates";
import type { RowContent, SavedStates } from "../../src/engine/states/savedStates";
import { testModel } from "../fixtures/models";
import { Random } from "../fixtures/random";

export interface RestoreFigures {
  readonly tokens: number;
  readonly stateBytes: number;
  readonly evaluateMs: number;
  /** Until the row may be used again. */
  readonly rowFreeMs: number;
  /** Until the state is on the disk, hashed and named. */
  readonly saveMs: number;
  /** Verifying and loading. */
  readonly loadMs: number;
  /** Evaluating over loading. */
  readonly ratio: number;
  /** Whether the greedy tokens behind the restored row are those behind the evaluated one. */
  readonly same: boolean;
}

export interface RestoreOptions {
  readonly model: string;
  readonly threads: number;
  readonly tokens: number;
  readonly rounds: number;
}

const never = new AbortController().signal;
const chunk = 256;

/** Medians over the rounds; one evaluation. */
export async function measureRestore(options: RestoreOptions): Promise<RestoreFigures> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "hearth-restore-"));
  const llama = new NativeLlama(() => undefined);
  const runtime = await llama.loadChat({
    ...{ file: options.model, gpuLayers: 0, contextSize: 512, sequences: 1, threads: options.threads },
    ...{ kvCacheType: "f16", flashAttention: false, signal: never, onProgress: () => undefined },
  });
  try {
    return await measureRounds(runtime, directory, options);
  } finally {
    await runtime.dispose();
    await llama.dispose();
    await rm(directory, { recursive: true, force: true });
  }
}

async function measureRounds(runtime: ChatRuntime, directory: string, { tokens: count, rounds }: RestoreOptions): Promise<RestoreFigures> {
  const row = runtime.sequences[0]!;
  const random = new Random(1);
  const tokens = Array.from({ length: count }, () => 1000 + random.below(20_000));
  const evaluateMs = await timed(() => evaluate(row, tokens));
  const next = await greedy(row);
  const states = await openFor(runtime, directory);
  states.evaluated(count, evaluateMs);
  const runs: { rowFreeMs: number; saveMs: number; loadMs: number; stateBytes: number }[] = [];
  for (let round = 0; round < rounds; round++) runs.push(await saveAndLoad(states, row, { tokens, parts: [] }, `round ${round}`));
  const of = (name: "rowFreeMs" | "saveMs" | "loadMs" | "stateBytes") => median(runs.map((run) => run[name]));
  const same = String(await greedy(row)) === String(next);
  return { tokens: count, stateBytes: of("stateBytes"), evaluateMs, rowFreeMs: of("rowFreeMs"), saveMs: of("saveMs"), loadMs: of("loadMs"), ratio: evaluateMs / of("loadMs"), same };
}

function openFor(runtime: ChatRuntime, directory: string): Promise<SavedStates> {
  const { libraryVersion, contextSize, device, gpuLayers } = runtime;
  return openSavedStates({
    identity: { modelHash: "bench", libraryVersion, contextSize, device, gpuLayers, sequences: 1, kvCacheType: "f16", flashAttention: false },
    ...{ directory, vocabularySize: runtime.vocabulary.size, bytesPerToken: runtime.kvBytesPerToken, budgetBytes: () => 8e9, log: stderrLog() },
  });
}

async function evaluate(row: SequencePort, tokens: readonly number[]): Promise<void> {
  for (let at = 0; at < tokens.length; at += chunk) await row.prefill(tokens.slice(at, at + chunk));
}

async function saveAndLoad(states: SavedStates, row: SequencePort, content: RowContent, conversation: string) {
  let rowFreeMs = 0;
  const startedAt = performance.now();
  const state = await states.save(conversation, row, content, () => (rowFreeMs = performance.now() - startedAt));
  const saveMs = performance.now() - startedAt;
  if (!state) throw new Error("The state was not saved.");
  await row.eraseTail(0);
  const loadMs = await timed(async () => {
    if (!(await states.load(state, row))) throw new Error("The state was not loaded.");
  });
  await states.forget(conversation);
  return { rowFreeMs, saveMs, loadMs, stateBytes: state.bytes };
}

/** Some tokens behind what the row holds, which it holds again afterwards. */
async function greedy(row: SequencePort): Promise<readonly number[]> {
  const before = row.length;
  const drawn: number[] = [];
  for await (const token of row.decode([1234], { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 })) if (drawn.push(token) === 4) break;
  await row.eraseTail(before);
  return drawn;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? NaN;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      model: { type: "string" },
      threads: { type: "string" },
      tokens: { type: "string", default: "400" },
      rounds: { type: "string", default: "5" },
      json: { type: "boolean", default: false },
    },
  });
  const figures = await measureRestore({
    model: path.resolve(values.model ?? (await testModel("phi3-full"))),
    threads: Number(values.threads ?? (await physicalCores())),
    ...{ tokens: Number(values.tokens), rounds: Number(values.rounds) },
  });
  if (values.json) console.log(JSON.stringify(figures));
  else console.table(figures);
}

// Others take the function.
if (path.basename(process.argv[1] ?? "", ".mjs") === "restore") await main();
