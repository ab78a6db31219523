// Measures how fast the index is on a folder: `npm run bench:index -- [FOLDER]`, by default a made-up tree of 1,000 files.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stderrLog } from "../../src/common/log";
import { createIndex } from "../../src/rag/indexClient";
import type { CodeIndex, IndexConfig } from "../../src/rag/ports";

const rows: [string, string][] = [];
const scratch = mkdtempSync(path.join(os.tmpdir(), "hearth-bench-"));
const entry = path.resolve("dist/index.mjs");
const queriesWanted = 200;

function ms(value: number): string {
  return value < 10 ? `${value.toFixed(2)} ms` : `${value.toFixed(0)} ms`;
}

async function timed<T>(act: () => Promise<T>): Promise<{ result: T; took: number }> {
  const began = performance.now();
  const result = await act();
  return { result, took: performance.now() - began };
}

function open(config: IndexConfig): CodeIndex {
  const embeddings = { info: () => Promise.resolve(undefined), embed: () => Promise.resolve([]) };
  return createIndex({ entry, config, embeddings, log: stderrLog("warn") });
}

/** Resident memory of the index process in MB; undefined where /proc is not there. */
async function residentMegabytes(): Promise<{ now: number; peak: number } | undefined> {
  for (const pid of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(entry)) continue;
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      if (!new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status)) continue;
      const field = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1024;
      return { now: field("VmRSS"), peak: field("VmHWM") };
    } catch {
      // The process ended meanwhile.
    }
  }
  return undefined;
}

async function noteMemory(name: string): Promise<void> {
  const memory = await residentMegabytes();
  if (memory) rows.push([name, `${memory.now.toFixed(0)} MB (peak ${memory.peak.toFixed(0)} MB)`]);
}

/** A tree that looks a little like code: 1,000 files in 40 folders, each with 30 functions. */
function madeUpTree(): string {
  const root = path.join(scratch, "tree");
  const nouns = ["cache", "token", "socket", "parser", "session", "chunk", "buffer", "config", "model", "queue"];
  const verbs = ["open", "close", "read", "write", "flush", "merge", "split", "verify", "encode", "resolve"];
  for (let i = 0; i < 1000; i++) {
    const functions = Array.from({ length: 30 }, (_, k) => {
      const [verb, noun] = [verbs[(i + k) % 10] ?? "", nouns[(i * 7 + k * 3) % 10] ?? ""];
      const name = `${verb}${noun.charAt(0).toUpperCase()}${noun.slice(1)}${i}`;
      return `/** Will ${verb} the ${noun} of part ${i}. */\nexport function ${name}_${k}(input: string, limit = ${k}): string {\n  return input.slice(limit) + "${noun}";\n}\n`;
    });
    const file = path.join(root, `part${i % 40}`, `${nouns[i % 10]}${i}.ts`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, functions.join("\n"));
  }
  return root;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** Questions made of words that the tree holds: symbols of what a few plain questions find. */
async function questions(index: CodeIndex): Promise<string[]> {
  const seeds = ["open a file", "parse error", "read the options", "token cache", "how are types checked", "write output", "config", "test"];
  const found = (await Promise.all(seeds.map((text) => index.retrieve({ text, limit: 50 })))).flat();
  const made = found.flatMap(({ symbol, path: file }) => [`how does ${symbol ?? path.posix.basename(file)} work and who calls it`, `where in ${file} is ${symbol ?? "this"} handled`]);
  const all = [...seeds, ...made];
  return Array.from({ length: queriesWanted }, (_, i) => all[i % all.length] ?? "");
}

async function measureQueries(index: CodeIndex): Promise<void> {
  const times: number[] = [];
  for (const text of await questions(index)) times.push((await timed(() => index.retrieve({ text, limit: 20 }))).took);
  times.sort((a, b) => a - b);
  rows.push([`query with texts, p50 / p95 of ${times.length}`, `${ms(percentile(times, 0.5))} / ${ms(percentile(times, 0.95))}`]);
}

async function measureOneFile(index: CodeIndex, root: string): Promise<void> {
  const file = path.join(root, "hearthBenchFile.ts");
  writeFileSync(file, "export function alphaOnly() {}\n");
  await index.update();
  writeFileSync(file, "export function zyxwQuartz() {}\n");
  const { took } = await timed(async () => {
    index.touch(["hearthBenchFile.ts"]);
    for (;;) {
      const [best] = await index.retrieve({ text: "zyxwQuartz", limit: 1 });
      if (best?.path === "hearthBenchFile.ts" && best.text.includes("Quartz")) return;
      await delay(5);
    }
  });
  rows.push(["one changed file, touch to found (300 ms of it waiting)", ms(took)]);
  rmSync(file);
  const { took: update } = await timed(() => index.update());
  rows.push(["update with one file gone", ms(update)]);
}

async function main(): Promise<void> {
  const given = process.argv[2];
  const root = given === undefined ? madeUpTree() : path.resolve(given);
  const config = { root, storage: path.join(scratch, "index"), exclude: [] };
  const index = open(config);
  const start = await timed(() => index.retrieve({ text: "nothing yet", limit: 1 }));
  rows.push(["process start to first (empty) answer", ms(start.took)]);
  await noteMemory("memory before indexing");
  const { result: summary, took } = await timed(() => index.update());
  rows.push(["files / chunks", `${summary.files} / ${summary.chunks}`], ["left out", JSON.stringify(summary.skipped)], ["full index", ms(took)]);
  await noteMemory("memory after indexing");
  await measureQueries(index);
  rows.push(["update with nothing changed", ms((await timed(() => index.update())).took)]);
  await measureOneFile(index, root);
  await index.dispose();
  rows.push(["on disk", `${(statSync(path.join(config.storage, "index.log")).size / 1e6).toFixed(1)} MB`]);
  const again = open(config);
  const { took: loaded } = await timed(() => again.retrieve({ text: "parse the options", limit: 10 }));
  rows.push(["start, load and first answer of a saved index", ms(loaded)]);
  await noteMemory("memory after loading");
  await again.dispose();
  rows.push(["bundle", `${(statSync(entry).size / 1e3).toFixed(0)} kB`]);
}

try {
  await main();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
