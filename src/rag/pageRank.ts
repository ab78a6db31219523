/** Weighted edges of a graph, those into one node together. */
export interface InEdges {
  /** By node: where its edges begin, with one entry more than there are nodes. */
  readonly starts: Int32Array;
  /** By edge: the node it comes from. */
  readonly from: Int32Array;
  readonly weights: Float32Array;
}

/** Waits for the next turn of the event loop when this one has taken long. */
export type Pause = () => Promise<void>;

const damping = 0.85;
const mostRounds = 40;
const leastChange = 1e-6;
const edgesPerPause = 20_000;

/**
 * The share of a walk's time that each node gets: it follows edges by their weight, and starts anew at any node with
 * probability 0.15 or where there is no way on. They add up to 1. (Page, Brin, Motwani and Winograd, "The PageRank Citation Ranking", 1999.)
 */
export async function pageRank({ starts, from, weights }: InEdges, pause: Pause): Promise<Float64Array> {
  const count = starts.length - 1;
  const out = outWeights(count, from, weights);
  let ranks = new Float64Array(count).fill(1 / count);
  for (let round = 0, change = Infinity; round < mostRounds && change > leastChange; round++) {
    const next = new Float64Array(count);
    let stuck = 0;
    for (let node = 0; node < count; node++) if (out[node] === 0) stuck += ranks[node] ?? 0;
    const base = (1 - damping + damping * stuck) / count;
    let edges = 0;
    change = 0;
    for (let node = 0; node < count; node++) {
      const end = starts[node + 1] ?? 0;
      let sum = 0;
      for (let edge = starts[node] ?? 0; edge < end; edge++) {
        const source = from[edge] ?? 0;
        sum += ((ranks[source] ?? 0) * (weights[edge] ?? 0)) / (out[source] ?? 1);
      }
      next[node] = base + damping * sum;
      change += Math.abs((next[node] ?? 0) - (ranks[node] ?? 0));
      edges += end - (starts[node] ?? 0) + 1;
      if (edges > edgesPerPause) {
        edges = 0;
        await pause();
      }
    }
    ranks = next;
  }
  return ranks;
}

/** What leaves each node, all together. */
export function outWeights(count: number, from: Int32Array, weights: Float32Array): Float64Array {
  const out = new Float64Array(count);
  for (let edge = 0; edge < from.length; edge++) out[from[edge] ?? 0] = (out[from[edge] ?? 0] ?? 0) + (weights[edge] ?? 0);
  return out;
}
