/** What a model's weights cost in memory and time by the way they are loaded, one process for each load. */
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import type { LlamaModelOptions } from "node-llama-cpp";

export const loadWays = {
  mapped: { useMmap: true },
  read: { useMmap: false },
  "direct I/O": { useMmap: false, useDirectIo: true },
} as const satisfies Record<string, Partial<LlamaModelOptions>>;

export type LoadWay = keyof typeof loadWays;

export interface WeightSetup {
  readonly model: string;
  readonly way: LoadWay;
  readonly gpu: boolean;
  readonly threads: number;
  readonly contextSize: number;
}

/** Bytes, from smaps_rollup. `file`: pages of mapped files, which the system can drop and read again. */
interface Resident {
  readonly all: number;
  readonly anonymous: number;
  readonly file: number;
}

export interface WeightFigures {
  readonly loadMs: number;
  /** With the context, after some evaluation. */
  readonly used: Resident;
  /** After context and model were disposed. */
  readonly disposed: Resident;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly gpuLayers: number;
}

/** Loads in a process of its own: `entry` is a program that calls `serveWeightMemory` for the argument after --load. */
export async function measureWeights(entry: string, setup: WeightSetup): Promise<WeightFigures> {
  const child = fork(entry, ["--load", JSON.stringify(setup)], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The load ended with ${String(code)}.`);
  });
  const [figures] = (await Promise.race([once(child, "message"), ended])) as [WeightFigures];
  await ended.catch(() => undefined);
  return figures;
}

/** Drops what the system keeps of a file. Linux only, and only what no process has mapped. */
export async function dropFileCache(file: string): Promise<void> {
  await promisify(execFile)("dd", [`if=${file}`, "iflag=nocache", "count=0"]);
}

/** The process's side: loads, evaluates, disposes, and sends what it measured. */
export async function serveWeightMemory({ model: modelPath, way, gpu, threads, contextSize }: WeightSetup): Promise<void> {
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const llama = await getLlama({ gpu: gpu ? "auto" : false, build: "never", skipDownload: true, progressLogs: false, logLevel: LlamaLogLevel.error, maxThreads: threads });
  const startedAt = performance.now();
  const model = await llama.loadModel({ modelPath, gpuLayers: gpu ? "max" : 0, defaultContextSwaFullCache: true, ...loadWays[way] });
  const loadMs = performance.now() - startedAt;
  const context = await model.createContext({ contextSize, sequences: 1, threads });
  const sequence = context.getSequence();
  const words = model.tokenize("the quick brown fox reads a file and writes another one, then it rests. ".repeat(40), false);
  await sequence.evaluateWithoutGeneratingNewTokens(words.slice(0, 32));
  const prefillAt = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(words.slice(32, 160));
  const decodeAt = performance.now();
  let drawn = 0;
  for await (const token of sequence.evaluate(words.slice(160, 161), { temperature: 0, yieldEogToken: true })) if (token >= 0 && ++drawn === 16) break;
  const endedAt = performance.now();
  const used = resident();
  const { gpuLayers } = model;
  await context.dispose();
  await model.dispose();
  const figures: WeightFigures = {
    ...{ loadMs, used, disposed: resident(), gpuLayers },
    prefillTokensPerSecond: 128_000 / (decodeAt - prefillAt),
    decodeTokensPerSecond: (1000 * drawn) / (endedAt - decodeAt),
  };
  process.send?.(figures, () => process.exit(0));
}

function resident(): Resident {
  const text = readFileSync("/proc/self/smaps_rollup", "utf8");
  const field = (name: string) => 1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1]);
  const [all, anonymous] = [field("Rss"), field("Anonymous")];
  return { all, anonymous, file: all - anonymous };
}
