import { scalePicture } from "./scalePicture";
import { GrowingIndex, type ScalePoint } from "./scale";

const sizes = [1_000, 5_000, 20_000, 50_000, 100_000, 200_000] as const;

/** Grows an index from 1,000 chunks on; comes back with a table in markdown and its picture as SVG. */
export async function measureScale(scratch: string, most: number): Promise<{ readonly table: string; readonly picture: string }> {
  const index = new GrowingIndex(scratch);
  const points: ScalePoint[] = [];
  for (const size of sizes.filter((chunks) => chunks <= most)) points.push(await index.growTo(size));
  await index.close();
  return { table: table(points), picture: scalePicture(points) };
}

function table(points: readonly ScalePoint[]): string {
  const head = ["chunks", "source", "index, all by syntax", "on disk (+ vectors)", "load (+ vectors)", "query p50 / p95", "with vectors", "one file saved", "memory (+ vectors)"];
  const rows = points.map(({ chunks, sourceMb, indexMs, diskMb, vectorDiskMb, saveMs, words, vectors }) => [
    chunks.toLocaleString("en"),
    `${sourceMb.toFixed(0)} MB`,
    `${(indexMs / 1000).toFixed(1)} s`,
    `${diskMb.toFixed(1)} MB (${vectorDiskMb.toFixed(0)} MB)`,
    `${words.loadMs.toFixed(0)} ms (${vectors.loadMs.toFixed(0)} ms)`,
    `${words.p50Ms.toFixed(1)} / ${words.p95Ms.toFixed(1)} ms`,
    `${vectors.p50Ms.toFixed(0)} / ${vectors.p95Ms.toFixed(0)} ms`,
    `${saveMs.toFixed(0)} ms`,
    `${words.addedMb.toFixed(0)} MB (${vectors.addedMb.toFixed(0)} MB)`,
  ]);
  return [head, head.map(() => "---:"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
