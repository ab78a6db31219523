/**
 * `node scripts/bench.mjs kvCache [--model FILE] [--threads N] [--depth N] [--rounds N] [--gpu-layers N] [--json]`: what
 * the KV cache's number format and flash attention cost and save on a model file, against F16 without flash attention.
 * Each is loaded anew in every round, in turns; rates are medians, at a conversation of `depth` tokens.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { NativeLlama } from "../../src/engine/llama";
import type { KvCacheType } from "../../src/engine/ports";
import type { ChatRuntime, DecodeOptions, LoadChatOptions, SequencePort } from "../../src/engine/runtime";
import { testModel } from "../fixtures/models";

const greedy: DecodeOptions = { temperature: 0, topK: 0, topP: 1, minP: 0, seed: 1 };
const chunk = 128;

export interface KvCacheBenchOptions {
  readonly model: string;
  readonly threads: number;
  /** Tokens in the cache when drawing is timed, and tokens that are read. */
  readonly depth: number;
  /** Tokens that are drawn. */
  readonly drawn: number;
  readonly rounds: number;
  readonly gpuLayers: number;
}

interface Variant {
  readonly kvCacheType: KvCacheType;
  readonly flashAttention: boolean;
}

/** A quantised V needs flash attention. */
const variants = [
  { kvCacheType: "f16", flashAttention: false },
  { kvCacheType: "f16", flashAttention: true },
  { kvCacheType: "q8_0", flashAttention: true },
  { kvCacheType: "q4_0", flashAttention: true },
] as const satisfies readonly Variant[];

interface Figures {
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly kvBytesPerToken: number;
  /** Growth of the resident memory from the loaded library to the filled cache, weights included. */
  readonly residentBytes: number;
}

export interface KvCacheResult extends Variant, Figures {
  /** Over F16 without flash attention. */
  readonly prefillRatio: number;
  readonly decodeRatio: number;
  readonly kvRatio: number;
}

export async function compareKvCaches(options: KvCacheBenchOptions): Promise<KvCacheResult[]> {
  const llama = new NativeLlama(() => undefined);
  const runs = variants.map((): Figures[] => []);
  for (let round = 0; round < options.rounds; round++) for (const [i, variant] of variants.entries()) runs[i]?.push(await measure(llama, variant, options));
  await llama.dispose();
  const [base, ...others] = runs.map(middle);
  if (!base) return [];
  return [base, ...others].map((figures, i) => ({
    ...(variants[i] ?? variants[0]),
    ...figures,
    prefillRatio: figures.prefillTokensPerSecond / base.prefillTokensPerSecond,
    decodeRatio: figures.decodeTokensPerSecond / base.decodeTokensPerSecond,
    kvRatio: figures.kvBytesPerToken / base.kvBytesPerToken,
  }));
}

function middle(runs: readonly Figures[]): Figures {
  const median = (of: (figures: Figures) => number) => runs.map(of).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? 0;
  return {
    prefillTokensPerSecond: median((run) => run.prefillTokensPerSecond),
    decodeTokensPerSecond: median((run) => run.decodeTokensPerSecond),
    kvBytesPerToken: median((run) => run.kvBytesPerToken),
    residentBytes: median((run) => run.residentBytes),
  };
}

async function measure(llama: NativeLlama, variant: Variant, options: KvCacheBenchOptions): Promise<Figures> {
  const before = process.memoryUsage.rss();
  const chat = await load(llama, variant, options);
  try {
    const row = rowOf(chat);
    const prefillTokensPerSecond = await timePrefill(row, options.depth);
    const decodeTokensPerSecond = await timeDecode(row, options.drawn);
    return { prefillTokensPerSecond, decodeTokensPerSecond, kvBytesPerToken: chat.kvBytesPerToken, residentBytes: process.memoryUsage.rss() - before };
  } finally {
    await chat.dispose();
  }
}

function load(llama: NativeLlama, variant: Variant, { model, threads, depth, drawn, gpuLayers }: KvCacheBenchOptions): Promise<ChatRuntime> {
  const options: LoadChatOptions = {
    file: model,
    ...variant,
    ...{ gpuLayers, threads, contextSize: depth + drawn + 64, sequences: 1 },
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  return llama.loadChat(options);
}

function rowOf(chat: ChatRuntime): SequencePort {
  const [row] = chat.sequences;
  if (!row) throw new Error("A context has at least one row.");
  return row;
}

async function timePrefill(row: SequencePort, depth: number): Promise<number> {
  const tokens = Array.from({ length: depth }, (_, i) => 1000 + (i % 5000));
  const startedAt = performance.now();
  for (let at = 0; at < depth; at += chunk) await row.prefill(tokens.slice(at, at + chunk));
  return (1000 * depth) / (performance.now() - startedAt);
}

async function timeDecode(row: SequencePort, count: number): Promise<number> {
  let drawn = 0;
  let startedAt = 0;
  for await (const token of row.decode([1], greedy)) {
    if (token >= 0 && drawn++ === 0) startedAt = performance.now();
    if (drawn > count) break;
  }
  return (1000 * count) / (performance.now() - startedAt);
}

function print(results: readonly KvCacheResult[], { model, threads, depth }: KvCacheBenchOptions): void {
  process.stdout.write(`\n${path.basename(model)}, ${threads} threads, ${depth} tokens in the cache\n`);
  console.table(
    results.map((result) => ({
      cache: result.kvCacheType,
      "flash attention": result.flashAttention ? "on" : "off",
      "reads/s": result.prefillTokensPerSecond.toFixed(1),
      "ratio reads": result.prefillRatio.toFixed(2),
      "draws/s": result.decodeTokensPerSecond.toFixed(2),
      "ratio draws": result.decodeRatio.toFixed(2),
      "KV kB a token": (result.kvBytesPerToken / 1000).toFixed(1),
      "ratio KV": result.kvRatio.toFixed(2),
      "resident, MB": (result.residentBytes / 1e6).toFixed(0),
    })),
  );
}

/** `args` as on the command line. */
export async function benchKvCache(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: "string" },
      threads: { type: "string", default: "1" },
      depth: { type: "string", default: "1024" },
      rounds: { type: "string", default: "3" },
      "gpu-layers": { type: "string", default: "0" },
      json: { type: "boolean", default: false },
    },
  });
  const { threads, depth, rounds, "gpu-layers": gpuLayers } = values;
  const model = path.resolve(values.model ?? (await testModel("phi3-mid")));
  const options = { model, threads: Number(threads), depth: Number(depth), drawn: 32, rounds: Number(rounds), gpuLayers: Number(gpuLayers) };
  const results = await compareKvCaches(options);
  if (values.json) console.log(JSON.stringify({ ...options, results }));
  else print(results, options);
}

// Other benchmarks import what is exported here; the bundle then has their name.
if (path.basename(process.argv[1] ?? "").startsWith("kvCache.")) await benchKvCache(process.argv.slice(2));
