/**
 * `node scripts/bench.mjs threads [--model FILE] [--seconds N]`: the numbers of threads that the tuner takes against
 * every fixed number, on the machine as it is and with all its cores kept busy by other processes. Prints how much
 * slower the tuner's choice is than the best number, from one run.
 */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { physicalCores } from "../../src/engine/cpuCores";
import { NativeLlama } from "../../src/engine/llama";
import type { ChatRuntime, DecodeOptions, SequencePort } from "../../src/engine/runtime";
import { busyProcessors, cpuSnapshot, freeCores } from "../../src/engine/threads/cpuLoad";
import { measureThreads, type ThreadMeasurement } from "../../src/engine/threads/measureThreads";
import { testModel } from "../fixtures/models";

const greedy: DecodeOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
const promptTokens = 32;
const tokensPerVisit = 4;

export interface ThreadBenchOptions {
  readonly model: string;
  readonly cores: number;
  /** How long all fixed numbers together are measured. */
  readonly seconds: number;
}

export interface FixedRate {
  readonly threads: number;
  readonly decodeTokensPerSecond: number;
  readonly prefillTokensPerSecond: number;
}

export interface ThreadBenchResult {
  readonly machine: "quiet" | "busy";
  readonly chosen: ThreadMeasurement;
  readonly measuredInMs: number;
  readonly fixed: readonly FixedRate[];
  /** The best fixed number's time over the chosen one's; 1 is best. */
  readonly decodeShare: number;
  readonly prefillShare: number;
}

/** Runs the tuner's measurement, then every fixed number in turns. `busy` starts one process for each core, and ends them. */
export async function compareThreads(machine: "quiet" | "busy", llama: NativeLlama, options: ThreadBenchOptions): Promise<ThreadBenchResult> {
  const others = machine === "busy" ? Array.from({ length: options.cores }, keepBusy) : [];
  try {
    const chat = await load(llama, options);
    const before = performance.now();
    const chosen = await choose(chat, options.cores);
    const measuredInMs = performance.now() - before;
    const fixed = await measureFixed(chat, options);
    await chat.dispose();
    return { machine, chosen, measuredInMs, fixed, ...shares(chosen, fixed) };
  } finally {
    for (const other of others) other.kill("SIGKILL");
  }
}

function keepBusy(): ChildProcess {
  return spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" });
}

function load(llama: NativeLlama, { model, cores }: ThreadBenchOptions): Promise<ChatRuntime> {
  return llama.loadChat({
    file: model,
    ...{ gpuLayers: 0, contextSize: 1024, threads: cores, sequences: 1, kvCacheType: "f16", flashAttention: false },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
}

/** As the tuner does it for a loaded model. */
async function choose(chat: ChatRuntime, cores: number): Promise<ThreadMeasurement> {
  const from = cpuSnapshot();
  await new Promise((resolve) => setTimeout(resolve, 150));
  const measured = await measureThreads(
    { sequence: rowOf(chat), setThreads: (threads) => chat.setThreads(threads), contextSize: chat.contextSize, vocabularySize: chat.vocabulary.size },
    { cores, freeCores: freeCores(cores, busyProcessors(from, cpuSnapshot())), signal: new AbortController().signal },
  );
  if (!measured) throw new Error("The row has no room for a measurement.");
  return measured;
}

function rowOf(chat: ChatRuntime): SequencePort {
  const [row] = chat.sequences;
  if (!row) throw new Error("A context has at least one row.");
  return row;
}

/** In turns, so that what else the machine does falls on all of them alike. */
async function measureFixed(chat: ChatRuntime, { cores, seconds }: ThreadBenchOptions): Promise<FixedRate[]> {
  const row = rowOf(chat);
  const counts = Array.from({ length: cores }, (_, i) => i + 1);
  const times = counts.map(() => ({ decode: 0, prefill: 0, rounds: 0 }));
  const end = performance.now() + seconds * 1000;
  for (let round = 0; round < 2 || performance.now() < end; round++) {
    for (const [i, threads] of counts.entries()) {
      const time = times[i];
      if (!time) continue;
      chat.setThreads({ prefill: threads, decode: threads });
      time.decode += await timeDecode(row);
      time.prefill += await timePrefill(row);
      time.rounds++;
    }
  }
  return counts.map((threads, i) => rateOf(threads, times[i] ?? { decode: 0, prefill: 0, rounds: 0 }));
}

function rateOf(threads: number, { decode, prefill, rounds }: { decode: number; prefill: number; rounds: number }): FixedRate {
  return { threads, decodeTokensPerSecond: (1000 * rounds * tokensPerVisit) / decode, prefillTokensPerSecond: (1000 * rounds * promptTokens) / prefill };
}

async function timeDecode(row: SequencePort): Promise<number> {
  let count = 0;
  let startedAt = 0;
  for await (const token of row.decode([1], greedy)) {
    if (token >= 0 && count++ === 0) startedAt = performance.now();
    if (count > tokensPerVisit) break;
  }
  const ms = performance.now() - startedAt;
  await row.eraseTail(0);
  return ms;
}

async function timePrefill(row: SequencePort): Promise<number> {
  const startedAt = performance.now();
  await row.prefill(Array.from({ length: promptTokens }, (_, i) => 1000 + i));
  const ms = performance.now() - startedAt;
  await row.eraseTail(0);
  return ms;
}

function shares(chosen: ThreadMeasurement, fixed: readonly FixedRate[]) {
  const share = (rate: (fixed: FixedRate) => number, threads: number) => {
    const own = fixed.find((other) => other.threads === threads);
    return own ? rate(own) / Math.max(...fixed.map(rate)) : 0;
  };
  return { decodeShare: share((rate) => rate.decodeTokensPerSecond, chosen.decode), prefillShare: share((rate) => rate.prefillTokensPerSecond, chosen.prefill) };
}

function print({ machine, chosen, measuredInMs, fixed, decodeShare, prefillShare }: ThreadBenchResult): void {
  process.stdout.write(`\n${machine}: ${chosen.decode} to draw, ${chosen.prefill} to read, measured in ${(measuredInMs / 1000).toFixed(1)} s\n`);
  console.table(fixed.map(({ threads, ...rates }) => ({ threads, "draws/s": rates.decodeTokensPerSecond.toFixed(2), "reads/s": rates.prefillTokensPerSecond.toFixed(1) })));
  process.stdout.write(`of the best fixed number: draws ${decodeShare.toFixed(3)}, reads ${prefillShare.toFixed(3)} (target 0.95)\n`);
}

/** `args` as on the command line. */
export async function benchThreads(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { model: { type: "string" }, seconds: { type: "string", default: "20" } } });
  const options = { model: values.model ?? (await testModel("phi3-mid")), cores: await physicalCores(), seconds: Number(values.seconds) };
  const llama = new NativeLlama(() => undefined);
  for (const machine of ["quiet", "busy"] as const) print(await compareThreads(machine, llama, options));
  await llama.dispose();
}

// Other benchmarks import what is exported here; the bundle then has their name.
if (path.basename(process.argv[1] ?? "").startsWith("threads.")) await benchThreads(process.argv.slice(2));
