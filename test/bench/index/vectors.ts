import { ms, row } from "./results";
import { GrowingIndex } from "./scale";

/** 50,000 chunks with vectors of 384 dimensions in the product's default format, loaded by a process of its own. */
export async function measureVectors(scratch: string): Promise<void> {
  const index = new GrowingIndex(`${scratch}/vectors`);
  const { chunks, saveMs, words, vectors, diskMb, vectorDiskMb } = await index.growTo(50_000);
  await index.close();
  row("chunks / vectors x 384", `${chunks} / ${vectors.vectors}`);
  row("load, words only / with vectors", `${ms(words.loadMs)} / ${ms(vectors.loadMs)}`, "target <= 300 ms");
  row("first answer after loading, words only / with vectors", `${ms(words.firstQueryMs)} / ${ms(vectors.firstQueryMs)}`);
  row("  prepared while nobody asks, processor time", ms(words.warmMs));
  row("query with texts, words only, p50 / p95", `${ms(words.p50Ms)} / ${ms(words.p95Ms)}`, "target p95 <= 5 ms");
  row("query with texts, with vectors, p50 / p95", `${ms(vectors.p50Ms)} / ${ms(vectors.p95Ms)}`, "target p95 <= 60 ms");
  row("one changed file, read, cut and saved", ms(saveMs), "target <= 50 ms");
  row("added memory, words only / with vectors", `${words.addedMb.toFixed(0)} / ${vectors.addedMb.toFixed(0)} MB`, "target <= 150 MB");
  row("on disk, words / vectors", `${diskMb.toFixed(1)} / ${vectorDiskMb.toFixed(1)} MB`);
}
