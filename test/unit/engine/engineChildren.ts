import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

/** Ids of this process's live children that run `entry`. */
export function childrenRunning(entry: string): number[] {
  const output = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8", maxBuffer: 1 << 26 });
  const rows = output.split("\n").filter((line) => line.includes(entry)).map((line) => line.trim().split(/\s+/).map(Number));
  return rows.filter(([, parent]) => parent === process.pid).map(([pid]) => pid ?? 0);
}

export function residentBytes(pid: number): number {
  return 1024 * Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" }));
}

/** The resident memory once it is below `wanted`, or after some seconds. */
export async function leastResidentBytes(pid: number, wanted: number): Promise<number> {
  for (let attempt = 0; attempt < 100 && residentBytes(pid) >= wanted; attempt++) await sleep(50);
  return residentBytes(pid);
}
