import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { MemoryState } from "./runtime";

const run = promisify(execFile);
const commandTimeoutMs = 3000;

/** What the numbers are read from; a fake takes its place in tests. */
export interface MemorySource {
  readonly platform: string;
  /** Text of a file; undefined where it cannot be read. */
  readonly read: (file: string) => Promise<string | undefined>;
  /** Output of a command; undefined where it fails. */
  readonly run: (command: string) => Promise<string | undefined>;
  readonly free: number;
  readonly total: number;
}

/**
 * Memory that a program can have now, and the most it could: what is free, and what the system would give up for it
 * (the cache of files). In a container its limits count.
 */
export async function freeRam(source: MemorySource = thisMachine()): Promise<MemoryState> {
  switch (source.platform) {
    case "linux":
      return linuxMemory(source);
    case "darwin":
      return { total: source.total, free: darwinFree((await source.run("vm_stat")) ?? "") ?? source.free };
    default:
      return { total: source.total, free: source.free };
  }
}

/** The process without any model: engine code, library and JavaScript heap. */
const emptyProcessBytes = 120e6;

/**
 * Memory that this process would give back with its models, which `freeRam` does not see as free. Pages of a mapped
 * file are no part of it: the system counts them as its cache, and so as free.
 * @param libraryBytes what the library counts for the models that it holds
 */
export async function heldRam(libraryBytes: number, source: MemorySource = thisMachine()): Promise<number> {
  if (libraryBytes === 0) return 0;
  const anonymous = /^RssAnon:\s*(\d+) kB/m.exec((await source.read("/proc/self/status")) ?? "")?.[1];
  const held = kilobytes(anonymous) ?? Math.min(libraryBytes, process.memoryUsage.rss());
  return Math.max(0, held - emptyProcessBytes);
}

function thisMachine(): MemorySource {
  return {
    platform: process.platform,
    read: (file) => readFile(file, "utf8").catch(() => undefined),
    run: (command) => run(command, { timeout: commandTimeoutMs }).then(({ stdout }) => stdout, () => undefined),
    free: os.freemem(),
    total: os.totalmem(),
  };
}

async function linuxMemory(source: MemorySource): Promise<MemoryState> {
  const info = (await source.read("/proc/meminfo")) ?? "";
  const field = (name: string) => kilobytes(new RegExp(`^${name}:\\s*(\\d+) kB`, "m").exec(info)?.[1]);
  const system = { free: field("MemAvailable") ?? source.free, total: field("MemTotal") ?? source.total };
  const limits = await containerLimits(source);
  return limits.reduce((least, { free, total }) => ({ free: Math.min(least.free, free), total: Math.min(least.total, total) }), system);
}

/** One row for each control group above this process that has a limit. */
async function containerLimits(source: MemorySource): Promise<readonly MemoryState[]> {
  const groups = (await source.read("/proc/self/cgroup")) ?? "";
  const second = /^0::(\/.*)$/m.exec(groups)?.[1];
  const first = /^\d+:(?:[^:\n]*,)?memory(?:,[^:\n]*)?:(\/.*)$/m.exec(groups)?.[1];
  const rows = [
    ...pathsUp("/sys/fs/cgroup", second).map((folder) => groupState(source, folder, version2)),
    ...pathsUp("/sys/fs/cgroup/memory", first).map((folder) => groupState(source, folder, version1)),
  ];
  return (await Promise.all(rows)).filter((row) => row !== undefined);
}

interface GroupFiles {
  readonly limit: string;
  readonly used: string;
  /** Names of the file cache in memory.stat. */
  readonly cache: readonly string[];
}

const version2: GroupFiles = { limit: "memory.max", used: "memory.current", cache: ["inactive_file", "active_file"] };
const version1: GroupFiles = { limit: "memory.limit_in_bytes", used: "memory.usage_in_bytes", cache: ["total_inactive_file", "total_active_file"] };

/** A group's own folder and those above it. Inside a container the path is the host's, and only the root is there. */
function pathsUp(root: string, group: string | undefined): readonly string[] {
  if (group === undefined) return [];
  const parts = group.split("/").filter(Boolean);
  return [...parts.keys(), parts.length].map((count) => path.posix.join(root, ...parts.slice(0, count)));
}

async function groupState(source: MemorySource, folder: string, files: GroupFiles): Promise<MemoryState | undefined> {
  const number = async (name: string) => Number((await source.read(`${folder}/${name}`)) ?? Number.NaN);
  const [limit, used] = [await number(files.limit), await number(files.used)];
  // "max", and the huge number that the first version writes, are no limit.
  if (!Number.isFinite(limit) || !Number.isFinite(used) || limit > source.total) return undefined;
  const stat = (await source.read(`${folder}/memory.stat`)) ?? "";
  const cache = files.cache.map((name) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(stat)?.[1] ?? 0));
  return { free: Math.max(0, limit - used + cache.reduce((sum, bytes) => sum + bytes, 0)), total: limit };
}

/** Of vm_stat's pages those that are free, or are given up without writing anything. */
function darwinFree(output: string): number | undefined {
  const pageBytes = /page size of (\d+) bytes/.exec(output)?.[1];
  if (pageBytes === undefined) return undefined;
  const pages = ["free", "inactive", "speculative", "purgeable"].map((name) => Number(new RegExp(`^Pages ${name}:\\s*(\\d+)`, "m").exec(output)?.[1] ?? 0));
  return pages.reduce((sum, count) => sum + count, 0) * Number(pageBytes);
}

function kilobytes(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text) * 1024;
}
