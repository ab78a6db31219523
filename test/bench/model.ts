/**
 * `npm run bench:model [-- --threads 2] [--model FILE]`: `hearth ask` on the full-size Phi-3 shape (random weights, so
 * the answer is noise): load time, prefill and decode rates, and the resident memory of all its processes together.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { testModel } from "../fixtures/models";

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

/** Resident bytes of a process and all its descendants, from /proc; pages they share count once for each. */
function residentBytes(pid: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const status = read(`/proc/${name}/status`);
    parents.set(Number(name), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }
  const family = [...parents.keys()].filter((id) => isWithin(id, pid, parents));
  return family.reduce((sum, id) => sum + 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${id}/status`))?.[1] ?? 0), 0);
}

function isWithin(id: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = id; at; at = parents.get(at)) if (at === root) return true;
  return false;
}

/** A process may end between the listing and the reading. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return "";
    throw error;
  }
}

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
