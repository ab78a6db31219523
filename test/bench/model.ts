/**
 * `npm run bench:model [-- --threads 2] [--model FILE]`: `hearth ask` on the full-size Phi-3 shape (random weights, so
 * the answer is noise): load time, prefill and decode rates, and the resident memory of all its processes together.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { testModel } from "../fixtures/models";
import { residentBytes } from "./processMemory";

interface Row {
  readonly type: string;
  readonly done?: number;
  readonly message?: string;
  readonly stats?: { promptTokens: number; evaluatedTokens: number; generatedTokens: number; decodeTokensPerSecond: number };
}

interface Marks {
  loading?: number;
  prefill?: number;
  firstText?: number;
}

const { values } = parseArgs({
  options: {
    threads: { type: "string", default: "2" },
    "max-tokens": { type: "string", default: "32" },
    workspace: { type: "string", default: "samples/workspace" },
    model: { type: "string" },
  },
});

async function follow(child: ChildProcess): Promise<{ marks: Marks; stats: NonNullable<Row["stats"]> }> {
  const marks: Marks = {};
  let stats: Row["stats"];
  for await (const line of createInterface({ input: child.stdout! })) {
    const row = JSON.parse(line) as Row;
    if (row.type === "error") throw new Error(row.message);
    if (row.type === "loading") marks.loading ??= performance.now();
    if (row.type === "prefill") marks.prefill ??= performance.now();
    if (row.type === "text") marks.firstText ??= performance.now();
    if (row.type === "done") stats = row.stats;
  }
  if (!stats) throw new Error("The answer did not end.");
  return { marks, stats };
}

async function main(): Promise<void> {
  const model = values.model ?? (await testModel("phi3-full"));
  const question = "Where is the configuration parsed, and what happens when a value is missing?";
  const options = ["--model", model, "--threads", values.threads, "--gpu-layers", "0", "--max-tokens", values["max-tokens"], "--workspace", values.workspace];
  const started = performance.now();
  const child = spawn(process.execPath, ["dist/cli.mjs", "ask", "--json", ...options, question], { stdio: ["ignore", "pipe", "inherit"] });
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, residentBytes(child.pid!))), 250);
  const { marks, stats } = await follow(child);
  clearInterval(sampler);
  const seconds = (from = started, to = started) => (to - from) / 1000;
  const prefill = seconds(marks.prefill, marks.firstText);
  console.table({
    "load time, s": seconds(marks.loading, marks.prefill).toFixed(2),
    "prompt, tokens": stats.promptTokens,
    "prefill, tokens/s": (stats.evaluatedTokens / prefill).toFixed(1),
    "decode, tokens/s": stats.decodeTokensPerSecond.toFixed(2),
    "generated, tokens": stats.generatedTokens,
    "peak resident memory, GB": (peak / 1e9).toFixed(2),
    "whole command, s": seconds(started, performance.now()).toFixed(1),
  });
}

await main();
