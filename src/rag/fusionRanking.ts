import { fusion, type Source } from "./weights";

/** The chunks one source found, best first. A group shares a rank: all chunks of a file, or all that define a name. */
export type Ranking = readonly (readonly number[])[];

/**
 * Joins rankings: each adds its weight / (k + rank) to the chunks it holds, rank counting from 1.
 * (Cormack, Clarke and Büttcher, "Reciprocal Rank Fusion", SIGIR 2009.)
 */
export function fuse(rankings: Readonly<Partial<Record<Source, Ranking>>>): Map<number, number> {
  const scores = new Map<number, number>();
  for (const [source, weight] of Object.entries(fusion.weights)) {
    const ranking = rankings[source as Source] ?? [];
    for (const [i, group] of ranking.entries()) {
      for (const chunk of group) scores.set(chunk, (scores.get(chunk) ?? 0) + weight / (fusion.k + i + 1));
    }
  }
  return scores;
}
