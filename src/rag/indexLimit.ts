import type { FoundFile } from "./scanner";

/** Chunks that an index takes in. Beyond it memory and the time of a question grow past what an editor can spare. */
export const mostChunks = 200_000;

/** Bytes of source that make about one chunk; an index that is made anew goes by it. */
const bytesPerChunk = 1_000;

export interface LimitedFiles {
  readonly files: readonly FoundFile[];
  /** Paths of those that have no room. */
  readonly overLimit: readonly string[];
}

export interface LimitDeps {
  /** Chunks of a file that is known already. */
  readonly chunksOf: (path: string) => number | undefined;
  /** How much each file was worked on of late, by path; asked for only when there are too many files. */
  readonly recency: () => Promise<ReadonlyMap<string, number>>;
  readonly limit: number;
}

/** All files while they fit; else those that were worked on of late first, then those that changed last. */
export async function withinLimit(files: readonly FoundFile[], { chunksOf, recency, limit }: LimitDeps): Promise<LimitedFiles> {
  const sizes = new Map(files.map((file) => [file.path, chunksOf(file.path) ?? Math.ceil(file.bytes / bytesPerChunk)]));
  const sizeOf = ({ path }: FoundFile) => sizes.get(path) ?? 0;
  if (files.reduce((sum, file) => sum + sizeOf(file), 0) <= limit) return { files, overLimit: [] };
  const order = await recency();
  const rankOf = ({ path }: FoundFile) => order.get(path) ?? 0;
  const newest = [...files].sort((a, b) => rankOf(b) - rankOf(a) || b.mtimeMs - a.mtimeMs || (a.path < b.path ? -1 : 1));
  let room = limit;
  const taken = newest.filter((file) => {
    const fits = sizeOf(file) <= room;
    if (fits) room -= sizeOf(file);
    return fits;
  });
  const kept = new Set(taken);
  return { files: taken, overLimit: files.filter((file) => !kept.has(file)).map(({ path }) => path) };
}
