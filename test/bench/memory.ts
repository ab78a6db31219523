/**
 * `node scripts/bench.mjs memory [--model FILE] [--threads N] [--gpu] [--json]`: resident memory, load time and rates of
 * a model whose file is mapped, read, or read past the system's cache; one load at a time, each cold and warm. Without
 * --model it is the full-size Phi-3 shape with random weights: a file of 2.3 GB. Linux only.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { mapsWeights } from "../../src/engine/weightMapping";
import { testModel } from "../fixtures/models";
import { dropFileCache, type LoadWay, loadWays, measureWeights, serveWeightMemory, type WeightFigures, type WeightSetup } from "./weightMemory";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    threads: { type: "string", default: "1" },
    gpu: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    load: { type: "string" },
  },
});

interface WayFigures {
  readonly cold: WeightFigures;
  readonly warm: WeightFigures;
}

async function measure(model: string): Promise<Record<LoadWay, WayFigures>> {
  const entry = process.argv[1] ?? "";
  const results: Partial<Record<LoadWay, WayFigures>> = {};
  for (const way of Object.keys(loadWays) as LoadWay[]) {
    const setup: WeightSetup = { model, way, gpu: values.gpu, threads: Number(values.threads), contextSize: 512 };
    await dropFileCache(model);
    const cold = await measureWeights(entry, setup);
    results[way] = { cold, warm: await measureWeights(entry, setup) };
  }
  return results as Record<LoadWay, WayFigures>;
}

function print(results: Record<LoadWay, WayFigures>): void {
  const gigabytes = (bytes: number) => (bytes / 1e9).toFixed(2);
  const rows = Object.entries(results).map(([way, { cold, warm }]) => [
    way,
    {
      "resident, GB": gigabytes(warm.used.all),
      "of mapped": (warm.used.all / results.mapped.warm.used.all).toFixed(2),
      "anonymous, GB": gigabytes(warm.used.anonymous),
      "of files, GB": gigabytes(warm.used.file),
      "after dispose, GB": gigabytes(warm.disposed.all),
      "load cold, s": (cold.loadMs / 1000).toFixed(1),
      "load warm, s": (warm.loadMs / 1000).toFixed(1),
      "prefill, tokens/s": warm.prefillTokensPerSecond.toFixed(1),
      "decode, tokens/s": warm.decodeTokensPerSecond.toFixed(2),
      "layers on the GPU": warm.gpuLayers,
    },
  ]);
  console.table(Object.fromEntries(rows));
}

async function main(): Promise<void> {
  const model = path.resolve(values.model ?? (await testModel("phi3-full")));
  const results = await measure(model);
  if (values.json) return console.log(JSON.stringify({ model, gpu: values.gpu, results }));
  print(results);
  if (values.gpu) return;
  const maps = await mapsWeights({ file: model, onGpu: false, gpuMapsFiles: false, arch: process.arch });
  console.log(`Hearth ${maps ? "maps" : "reads"} this file on this processor.`);
}

if (values.load === undefined) await main();
else await serveWeightMemory(JSON.parse(values.load) as WeightSetup);
