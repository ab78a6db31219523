/** What was seen in the page in one part of the stream. */
export interface FrameSample {
  /** Time between two frames, ms, in their order. */
  readonly frames: readonly number[];
  /** Tasks of more than 50 ms on the page's own thread, ms. */
  readonly longTasks: readonly number[];
  /** Processor time of the page's own thread since it was opened, s; unlike the frames it does not depend on what else runs on the machine. */
  readonly taskSeconds?: number;
  readonly heapBytes: number;
  readonly nodes: number;
}

/** Runs in the page: `takeFrames()` gives what was seen since the last call. */
export const recordFrames = `
  let frames = [], longTasks = [], last = performance.now();
  const tick = (now) => { frames.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ entryTypes: ["longtask"] });
  window.takeFrames = () => {
    const taken = { frames, longTasks, heapBytes: performance.memory.usedJSHeapSize, nodes: document.querySelectorAll("*").length };
    frames = [];
    longTasks = [];
    return taken;
  };
`;

/**
 * For the page: hands on pieces of an answer at a rate, in batches as the shell does. What is late is made up for, as
 * the messages of a process that does not wait would. Resolves with a sample for each tenth.
 */
export function stream(turn: string, pieces: readonly string[], tokensPerSecond: number, batchMs: number): string {
  return `(async (pieces) => {
    const samples = [], start = performance.now();
    let at = 0;
    takeFrames();
    while (at < pieces.length) {
      await new Promise((resolve) => setTimeout(resolve, ${batchMs}));
      const due = Math.min(pieces.length, Math.floor((performance.now() - start) / 1000 * ${tokensPerSecond}));
      const text = pieces.slice(at, due).join("");
      at = due;
      if (text !== "") window.postMessage({ kind: "event", name: "text", value: { turn: ${JSON.stringify(turn)}, text } }, "*");
      if (at >= pieces.length * (samples.length + 1) / 10) samples.push({ ...takeFrames(), ...(await pageCost()) });
    }
    return samples;
  })(${JSON.stringify(pieces)})`;
}

/** The value below which the share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** @param cpuSeconds processor time of the page's thread in this part of the stream */
export function sampleRow(name: string, { frames, longTasks, heapBytes, nodes }: FrameSample, cpuSeconds?: number): string {
  const over = frames.filter((ms) => ms > 50).length;
  const cells = [
    name,
    String(frames.length),
    ...[quantile(frames, 0.5), quantile(frames, 0.95), Math.max(...frames)].map((ms) => ms.toFixed(1)),
    String(over),
    longTasks.length === 0 ? "0" : `${longTasks.length} (${Math.max(...longTasks).toFixed(0)})`,
    cpuSeconds === undefined ? "" : (cpuSeconds * 1000 / frames.length).toFixed(1),
    (heapBytes / 2 ** 20).toFixed(1),
    String(nodes),
  ];
  return cells.map((cell, i) => (i === 0 ? cell.padEnd(10) : cell.padStart(widths[i] ?? 9))).join(" ");
}

const widths = [10, 7, 7, 7, 7, 8, 12, 9, 8, 8];
const titles = ["tenth", "frames", "p50 ms", "p95 ms", "max ms", "> 50 ms", "long tasks", "CPU/frame", "heap MB", "nodes"];
export const sampleHeader = titles.map((title, i) => (i === 0 ? title.padEnd(10) : title.padStart(widths[i] ?? 9))).join(" ");
