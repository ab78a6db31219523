import { type Profiler, Session } from "node:inspector/promises";

export interface OwnWork {
  /** The longest stretch in which nothing else ran. Milliseconds by the clock, so more on a busy machine. */
  readonly longestMs: number;
  readonly totalMs: number;
}

/** Microseconds. */
const sampleEvery = 500;
const collector = "(garbage collector)";

/** What a program's own functions, and what they call, do of this thread's work while an act goes on; from samples of the stack. */
export async function ownWork(isOwn: (url: string) => boolean, act: () => Promise<unknown>): Promise<OwnWork> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.setSamplingInterval", { interval: sampleEvery });
    await session.post("Profiler.start");
    await act();
    return workIn((await session.post("Profiler.stop")).profile, isOwn);
  } finally {
    session.disconnect();
  }
}

function workIn({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, isOwn: (url: string) => boolean): OwnWork {
  const own = ownNodes(nodes, isOwn);
  const collecting = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === collector).map(({ id }) => id));
  let [total, stretch, longest] = [0, 0, 0];
  for (const [i, node] of samples.entries()) {
    const micros = timeDeltas[i] ?? 0;
    if (own.has(node)) {
      total += micros;
      stretch += micros;
      longest = Math.max(longest, stretch);
    } else if (!collecting.has(node)) stretch = 0;
  }
  return { longestMs: longest / 1000, totalMs: total / 1000 };
}

/** The stacks in which one of the program's functions stands. Parents come before their children. */
function ownNodes(nodes: readonly Profiler.ProfileNode[], isOwn: (url: string) => boolean): ReadonlySet<number> {
  const own = new Set<number>();
  for (const { id, callFrame, children = [] } of nodes) {
    if (isOwn(callFrame.url)) own.add(id);
    if (own.has(id)) for (const child of children) own.add(child);
  }
  return own;
}
