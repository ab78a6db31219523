import os from "node:os";

export interface CpuSnapshot {
  /** By `performance.now()`. */
  readonly at: number;
  /** Milliseconds that all logical processors together have worked. */
  readonly busyMs: number;
  /** Those of them that were this process's. */
  readonly ownMs: number;
  /** Share of the machine's processors that this process may use. */
  readonly share: number;
}

/** Shorter stretches say little: the system counts in ticks of 10 ms and more. */
const shortestMs = 100;

export function cpuSnapshot(): CpuSnapshot {
  const { user, system } = process.cpuUsage();
  const processors = os.cpus();
  const busyMs = processors.reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
  return { at: performance.now(), busyMs, ownMs: (user + system) / 1000, share: processors.length === 0 ? 1 : os.availableParallelism() / processors.length };
}

/** Processors that others kept busy between two snapshots, on average; 0 where the time was too short to tell. */
export function busyProcessors(from: CpuSnapshot, to: CpuSnapshot): number {
  const elapsed = to.at - from.at;
  if (elapsed < shortestMs) return 0;
  const others = to.busyMs - from.busyMs - (to.ownMs - from.ownMs);
  return (Math.max(0, others) / elapsed) * to.share;
}

/** Cores that are left to this process; one at least. */
export function freeCores(cores: number, busy: number): number {
  return Math.max(1, cores - Math.round(busy));
}
