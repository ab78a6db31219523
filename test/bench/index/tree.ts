import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { stderrLog } from "../../../src/common/log";
import type { EmbeddingModel } from "../../../src/engine/ports";
import { createIndex } from "../../../src/rag/indexClient";
import type { CodeIndex, IndexConfig, IndexSummary } from "../../../src/rag/ports";
import { ms, percentile, row, timed } from "./results";
import { SourceTree } from "./sourceTree";

export const entry = path.resolve("dist/index.mjs");
/** The product waits so long for further changes. */
const debounceMs = 300;
const noEmbeddings: EmbeddingModel = { info: () => Promise.resolve(undefined), embed: () => Promise.resolve([]) };

export function open(config: IndexConfig): CodeIndex {
  return createIndex({ entry, config, embeddings: noEmbeddings, log: stderrLog("warn") });
}

/** Resolves when all files have their syntax. */
export async function complete(index: CodeIndex, summary: IndexSummary): Promise<IndexSummary> {
  if (summary.coarse === undefined) return summary;
  return new Promise((resolve) => {
    index.onDidChangeStatus((status) => {
      if (status.kind === "ready" && status.summary.coarse === undefined) resolve(status.summary);
    });
  });
}

/** 20 MB from nothing to complete, in the product's own process; then questions, one changed file, and a new start. */
export async function measureTree(scratch: string, given: string | undefined): Promise<void> {
  const root = given ?? path.join(scratch, "tree");
  if (given === undefined) new SourceTree(1).write(root, 20e6);
  const config = { roots: [{ path: root, name: "tree" }], storage: path.join(scratch, "tree-index"), exclude: [] };
  const index = open(config);
  await index.retrieve({ text: "nothing yet", limit: 1 });
  const empty = await usage();
  const began = performance.now();
  const first = await index.update();
  row("searchable, time / processor time", await elapsed(began, empty), given ? "" : "target <= 4 s for 20 MB");
  row("  files / chunks / of these by lines for now", `${first.files} / ${first.chunks} / ${first.coarse ?? 0}`);
  const last = await complete(index, first);
  row("complete, time / processor time", await elapsed(began, empty), given ? "" : "target <= 20 s for 20 MB");
  row("  chunks", String(last.chunks));
  row("  left out", JSON.stringify(last.skipped));
  const full = await usage();
  row("  memory of the process: empty / now / at most", `${[empty?.now, full?.now, full?.peak].map((mb) => (mb ?? 0).toFixed(0)).join(" / ")} MB`);
  await measureQueries(index);
  row("update with nothing changed", ms((await timed(() => index.update())).took));
  await measureOneFile(index, root);
  await index.dispose();
  row("on disk", `${(statSync(path.join(config.storage, "index.log")).size / 1e6).toFixed(1)} MB`);
  const again = open(config);
  row("process start, load and first answer", ms((await timed(() => again.retrieve({ text: "parse the options", limit: 10 }))).took));
  row("  memory after loading", `${((await usage())?.now ?? 0).toFixed(0)} MB`);
  await again.dispose();
}

async function measureQueries(index: CodeIndex): Promise<void> {
  const times: number[] = [];
  for (const text of await questions(index)) times.push((await timed(() => index.retrieve({ text, limit: 20 }))).took);
  row(`query with texts, across processes, p50 / p95 of ${times.length}`, `${ms(percentile(times, 0.5))} / ${ms(percentile(times, 0.95))}`);
}

/** Questions made of words that the tree holds. */
async function questions(index: CodeIndex): Promise<string[]> {
  const seeds = ["open a file", "parse error", "read the options", "token cache", "how are types checked", "write output", "config", "test"];
  const found = (await Promise.all(seeds.map((text) => index.retrieve({ text, limit: 50 })))).flat();
  const made = found.flatMap(({ symbol, path: file }) => [`how does ${symbol ?? path.posix.basename(file)} work and who calls it`, `where in ${file} is ${symbol ?? "this"} handled`]);
  const all = [...seeds, ...made];
  return Array.from({ length: 300 }, (_, i) => all[(i * 17) % all.length] ?? "");
}

/** Words that neither share a part nor are nearly alike, so that only a new index finds them. */
const unheardOf = ["blorptang", "czyfmuld", "quixnelm", "wherfdop", "jaskvint", "ovplatryd", "gnembosk", "ulthwacz", "yprisfend", "dzumakler"];

async function measureOneFile(index: CodeIndex, root: string): Promise<void> {
  const name = "hearthBenchFile.ts";
  writeFileSync(path.join(root, name), "export function alphaOnly() {}\n");
  await index.update();
  const times: number[] = [];
  for (const word of unheardOf) {
    writeFileSync(path.join(root, name), `export function ${word}() {}\n`);
    times.push((await timed(() => untilFound(index, name, word))).took - debounceMs);
  }
  row("saved file searchable after the debounce, p50 / most of 10", `${ms(percentile(times, 0.5))} / ${ms(Math.max(...times))}`, "target <= 50 ms");
  rmSync(path.join(root, name));
  row("update with one file gone", ms((await timed(() => index.update())).took));
}

async function untilFound(index: CodeIndex, name: string, word: string): Promise<void> {
  index.touch([name]);
  for (;;) {
    const [best] = await index.retrieve({ text: word, limit: 1 });
    if (best?.path === name && best.text.includes(word)) return;
    await delay(2);
  }
}

async function elapsed(began: number, before: Usage | undefined): Promise<string> {
  const took = ms(performance.now() - began);
  const after = await usage();
  return after && before ? `${took} / ${ms(after.processorMs - before.processorMs)}` : took;
}

interface Usage {
  /** Resident memory in MB. */
  readonly now: number;
  readonly peak: number;
  readonly processorMs: number;
}

/** What the index process uses; undefined where /proc is not there. */
async function usage(): Promise<Usage | undefined> {
  for (const pid of await readdir("/proc").catch(() => [])) {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(entry)) continue;
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      if (!new RegExp(`^PPid:\\s+${process.pid}$`, "m").test(status)) continue;
      const field = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0) / 1024;
      return { now: field("VmRSS"), peak: field("VmHWM"), processorMs: processorMs(readFileSync(`/proc/${pid}/stat`, "utf8")) };
    } catch {
      // The process ended meanwhile.
    }
  }
  return undefined;
}

/** User and system time of /proc/PID/stat, in hundredths of a second there. */
function processorMs(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
