/**
 * `node scripts/bench.mjs moves [--model FILE] [--tokens N] [--threads N]`: what it takes to evaluate a row of N tokens, to
 * cut a tenth out of its middle (the erase, and the evaluation behind it that moves the rest), and to copy the row to
 * another one through a file. Without --model: the full-size Phi-3 shape with random weights.
 */
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { CacheRow } from "../../src/engine/cacheRow";
import { NativeLlama } from "../../src/engine/llama";
import { testModel } from "../fixtures/models";
import { Random } from "../fixtures/random";

const { values } = parseArgs({
  options: { model: { type: "string" }, tokens: { type: "string", default: "400" }, threads: { type: "string", default: "1" } },
});

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round((performance.now() - startedAt) * 10) / 10;
}

const llama = new NativeLlama(() => undefined);
const count = Number(values.tokens);
const runtime = await llama.loadChat({
  file: values.model ?? (await testModel("phi3-full")),
  ...{ gpuLayers: 0, contextSize: Math.ceil(count / 256) * 256 + 256, threads: Number(values.threads), sequences: 2 },
  ...{ kvCacheType: "f16", flashAttention: false, signal: new AbortController().signal, onProgress: () => undefined },
});
const file = path.join(tmpdir(), `hearth-moves-${process.pid}.kv`);
try {
  const [from, into] = runtime.sequences.map((sequence) => new CacheRow(sequence));
  if (!from || !into) throw new Error("Two rows are needed.");
  const random = new Random(1);
  const tokens = Array.from({ length: count }, () => 1000 + random.below(20_000));
  const evaluateMs = await timed(() => from.prefill(tokens));
  const oneTokenMs = await timed(() => from.prefill([1000]));
  const range = { start: Math.floor(count / 2), end: Math.floor(count / 2) + Math.floor(count / 10) };
  const eraseMs = await timed(() => from.sequence.erase([range]));
  const oneTokenAfterMs = await timed(() => from.sequence.prefill([1000]));
  let bytes = 0;
  const saveMs = await timed(async () => (bytes = await from.sequence.saveState(file)));
  const loadMs = await timed(() => into.sequence.loadState(file));
  console.log(JSON.stringify({ count, threads: Number(values.threads), evaluateMs, oneTokenMs, eraseMs, oneTokenAfterMs, megabytes: Math.round(bytes / 1e6), saveMs, loadMs }));
} finally {
  await rm(file, { force: true });
  await runtime.dispose();
  await llama.dispose();
}
