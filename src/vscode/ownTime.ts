import { performance } from "node:perf_hooks";

export interface Elapsed {
  /** Processor time of this thread: what the code itself cost, however busy the machine is. */
  readonly ownMs: number;
  /** Time on the clock. */
  readonly wallMs: number;
}

/** Starts a measurement; the function it returns ends it. Node before 23.9 does not tell a thread's own time, so there it is the clock's. */
export function measureOwnTime(): () => Elapsed {
  const wall = performance.now();
  const own = threadMs();
  return () => {
    const wallMs = performance.now() - wall;
    const end = threadMs();
    return { wallMs, ownMs: own === undefined || end === undefined ? wallMs : end - own };
  };
}

function threadMs(): number | undefined {
  if (!("threadCpuUsage" in process)) return undefined;
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
