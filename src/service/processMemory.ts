import { readdir, readFile } from "node:fs/promises";
import process from "node:process";

export interface ProcessMemory {
  /** "service", or the child's program: "engine", "index". */
  readonly name: string;
  readonly residentBytes: number;
}

/** Resident memory of this process and, where the system tells (Linux), of the programs that it runs. */
export async function processMemory(): Promise<readonly ProcessMemory[]> {
  const own = { name: "service", residentBytes: process.memoryUsage.rss() };
  const children = await Promise.all((await childIds()).map(memoryOf));
  return [own, ...children.filter((child) => child !== undefined)];
}

async function childIds(): Promise<readonly string[]> {
  const threads = await readdir("/proc/self/task").catch(() => []);
  const lists = await Promise.all(threads.map((thread) => textOf(`/proc/self/task/${thread}/children`)));
  return lists.flatMap((list) => list.split(" ").filter(Boolean));
}

async function memoryOf(id: string): Promise<ProcessMemory | undefined> {
  const [command, status] = await Promise.all([textOf(`/proc/${id}/cmdline`), textOf(`/proc/${id}/status`)]);
  const name = /([\w-]+)\.mjs/.exec(command)?.[1];
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(status)?.[1];
  return name === undefined || kilobytes === undefined ? undefined : { name, residentBytes: Number(kilobytes) * 1024 };
}

/** Empty where there is no such file: another system, or a process that has ended meanwhile. */
function textOf(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
