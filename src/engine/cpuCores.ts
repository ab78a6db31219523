import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";

const run = promisify(execFile);
const commandTimeoutMs = 3000;

/**
 * Physical cores this process may use, at least 1. More threads than that make a token take many times as long, so
 * hyper-threads do not count. Where the system does not tell, half of its logical processors.
 */
export async function physicalCores(): Promise<number> {
  const available = availableParallelism();
  const cores = (await countCores()) ?? Math.ceil(available / 2);
  return Math.max(1, Math.min(cores, available));
}

/** @param wanted the setting; 0 takes all physical cores, and more than those are never taken */
export function threadsFor(wanted: number, cores: number): number {
  return wanted === 0 ? cores : Math.min(wanted, cores);
}

async function countCores(): Promise<number | undefined> {
  const platform: string = process.platform;
  try {
    switch (platform) {
      case "linux":
        return coresOfCpuInfo(await readFile("/proc/cpuinfo", "utf8"));
      case "darwin":
        return firstNumber((await run("sysctl", ["-n", "hw.physicalcpu"], { timeout: commandTimeoutMs })).stdout);
      case "win32":
        return sumOfNumbers((await run("wmic", ["cpu", "get", "NumberOfCores"], { timeout: commandTimeoutMs })).stdout);
      default:
        return undefined;
    }
  } catch {
    // The command or file is not there: the caller has an estimate.
    return undefined;
  }
}

/** Counts distinct pairs of socket and core; undefined where the file names none, as on most ARM machines. */
export function coresOfCpuInfo(cpuInfo: string): number | undefined {
  const processors = cpuInfo.split(/\n\s*\n/).filter((block) => /^processor\s*:/m.test(block));
  const cores = processors.map((block) => /^core id\s*:\s*(\d+)/m.exec(block)?.[1]);
  if (cores.every((core) => core === undefined)) return /^CPU implementer/m.test(cpuInfo) ? processors.length : undefined;
  const sockets = processors.map((block) => /^physical id\s*:\s*(\d+)/m.exec(block)?.[1]);
  return new Set(cores.map((core, index) => `${sockets[index] ?? "0"}/${core ?? `p${index}`}`)).size;
}

function firstNumber(output: string): number | undefined {
  const found = /\d+/.exec(output);
  return found ? Number(found[0]) : undefined;
}

function sumOfNumbers(output: string): number | undefined {
  const numbers = output.match(/\d+/g);
  return numbers ? numbers.map(Number).reduce((a, b) => a + b, 0) : undefined;
}
