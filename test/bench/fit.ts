/**
 * `node scripts/bench.mjs fit [--model FILE ...] [--context-size N] [--sequences N] [--prompt N]`: what the fit report says
 * that a model needs, beside the memory that is resident once it is loaded and has read a prompt. Each model in a process
 * of its own, on the processor. Without --model the small models and the full-size Phi-3 shape, with random weights.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { parseArgs } from "node:util";
import { fileNeeds } from "../../src/engine/fit/fileNeeds";
import { totalOf } from "../../src/engine/fit/needs";
import { NativeLlama } from "../../src/engine/llama";
import type { ContextShape } from "../../src/engine/runtime";
import { testModel } from "../fixtures/models";
import { residentBytes } from "./processMemory";

const { values } = parseArgs({
  options: {
    model: { type: "string", multiple: true },
    "context-size": { type: "string", default: "1024" },
    sequences: { type: "string", default: "1" },
    prompt: { type: "string", default: "512" },
    one: { type: "string" },
  },
});

const shape: ContextShape = {
  ...{ contextSize: Number(values["context-size"]), sequences: Number(values.sequences), gpuLayers: 0 },
  kvCacheType: "f16",
  flashAttention: false,
};

/** Loads one model in this process and prints its row. */
async function measure(file: string): Promise<void> {
  const llama = new NativeLlama(() => undefined);
  await llama.memory(0); // starts the library, which is no part of a model's need
  const before = residentBytes(process.pid);
  const chat = await llama.loadChat({ ...shape, file, threads: 1, signal: new AbortController().signal, onProgress: () => undefined });
  const tokens = Array.from({ length: Math.min(Number(values.prompt), shape.contextSize - 8) }, (_, index) => 100 + (index % 500));
  await chat.sequences[0]?.prefill(tokens);
  const resident = residentBytes(process.pid) - before;
  const needs = await fileNeeds(await llama.insights(file, 0), shape).needs(shape);
  const estimate = totalOf(needs).ram;
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const { weights, kvCache, compute } = needs;
  process.stdout.write(
    `${path.basename(file).padEnd(24)} estimate ${megabytes(estimate)} MB (weights ${megabytes(weights.ram)}, KV ${megabytes(kvCache.ram)}, buffers ${megabytes(compute.ram)}), ` +
      `resident ${megabytes(resident)} MB, ratio ${(estimate / resident).toFixed(2)}\n`,
  );
  await chat.dispose();
  await llama.dispose();
}

if (values.one !== undefined) await measure(values.one);
else {
  const files = values.model ?? (await Promise.all((["phi3", "llama2", "llama3", "qwen2", "phi3-full"] as const).map((kind) => testModel(kind))));
  for (const file of files) {
    const { status } = spawnSync(process.execPath, [process.argv[1] ?? "", ...process.argv.slice(2), "--one", file], { stdio: "inherit" });
    if (status !== 0) process.exitCode = 1;
  }
}
