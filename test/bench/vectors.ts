/**
 * `npm run bench:vectors -- [COUNT] [DIMENSIONS]`: the vector store alone, by default with 50,000 x 384 made-up vectors
 * in clusters (random ones have no near neighbours): adding, saving, loading, one changed file, searching, size on disk,
 * memory, and how much of the nearest 10 and 50 the 8-bit format keeps.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { shortHash } from "../../src/rag/sourceText";
import { VectorStore } from "../../src/rag/vectorStore";
import { seeded } from "../fixtures/seeded";

const [count = 50_000, dimensions = 384] = process.argv.slice(2).map(Number);
const questions = 200;
const limit = 50;
const scratch = mkdtempSync(path.join(os.tmpdir(), "hearth-vectors-"));

const random = seeded(1);
const centre = () => Float32Array.from({ length: dimensions }, () => random() - 0.5);
const centres = Array.from({ length: 500 }, centre);
const near = (from: Float32Array, spread: number) => from.map((value) => value + (random() - 0.5) * spread);
const made = () => near(centres[Math.floor(random() * centres.length)] ?? centre(), 1.5);

function row(name: string, value: string): void {
  console.log(`${name.padEnd(44)} ${value}`);
}

async function timed<T>(name: string, act: () => Promise<T> | T): Promise<T> {
  const [began, before] = [performance.now(), process.cpuUsage()];
  const result = await act();
  const { user, system } = process.cpuUsage(before);
  row(name, `${(performance.now() - began).toFixed(0)} ms; processor ${((user + system) / 1000).toFixed(0)} ms`);
  return result;
}

function diskMegabytes(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0) / 1e6;
}

function percentile(times: readonly number[], share: number): string {
  return `${(times.toSorted((a, b) => a - b)[Math.floor(times.length * share)] ?? 0).toFixed(1)} ms`;
}

function search(store: VectorStore, queries: readonly Float32Array[]): string[][] {
  const times: number[] = [];
  const before = process.cpuUsage();
  const found = queries.map((query) => {
    const began = performance.now();
    const hits = store.search(query, limit);
    times.push(performance.now() - began);
    return hits.map(({ key }) => key);
  });
  const { user } = process.cpuUsage(before);
  const cpu = (user / 1000 / queries.length).toFixed(1);
  row(`query, p50 / p95 of ${queries.length}`, `${percentile(times, 0.5)} / ${percentile(times, 0.95)}; processor ${cpu} ms each`);
  return found;
}

async function measure(precision: "f32" | "int8", vectors: readonly Float32Array[], queries: readonly Float32Array[]): Promise<string[][]> {
  console.log(`\n${precision}, ${count} x ${dimensions}`);
  const folder = path.join(scratch, precision);
  const kind = { hash: "bench", dimensions, precision };
  const store = await VectorStore.open(folder, kind);
  for (const [i, vector] of vectors.entries()) store.add({ path: `src/file${Math.floor(i / 8)}.ts`, key: shortHash(String(i)), vector });
  await timed("save all", () => store.flush());
  store.add({ path: "src/file7.ts", key: shortHash("changed"), vector: made() });
  await timed("save one changed file", () => store.flush());
  const before = process.memoryUsage.rss();
  const opened = await timed("load", () => VectorStore.open(folder, kind));
  row("memory that loading added", `${((process.memoryUsage.rss() - before) / 1e6).toFixed(0)} MB`);
  row("on disk", `${diskMegabytes(folder).toFixed(0)} MB`);
  return search(opened, queries);
}

function kept(exact: readonly string[][], found: readonly string[][], first: number): string {
  const shares = exact.map((keys, i) => {
    const wanted = new Set(keys.slice(0, first));
    return (found[i] ?? []).slice(0, first).filter((key) => wanted.has(key)).length / wanted.size;
  });
  return `${((100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length).toFixed(1)} %`;
}

try {
  const vectors = Array.from({ length: count }, made);
  const queries = Array.from({ length: questions }, made);
  const exact = await measure("f32", vectors, queries);
  const rounded = await measure("int8", vectors, queries);
  console.log();
  for (const first of [10, limit]) row(`of the nearest ${first}, int8 keeps`, kept(exact, rounded, first));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
