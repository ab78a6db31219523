import type { CodeCorpus } from "./codeCorpus";
import type { UpdateCounts } from "./indexUpdate";
import type { IndexSummary } from "./ports";
import type { SkipReason } from "./skipRules";
import type { WorkspaceScan } from "./workspaceScan";

export type FileCounts = Pick<IndexSummary, "files" | "chunks" | "skipped" | "coarse">;

/** What is in the corpus, and what the last scan and the files' contents left out, counted by reason. */
export function countFiles(corpus: CodeCorpus, skipped: ReadonlyMap<string, string>): FileCounts {
  const counts = tally(skipped.values());
  let files = 0;
  for (const file of corpus.files.values()) {
    if (file.skipped === undefined) files++;
    else counts[file.skipped] = (counts[file.skipped] ?? 0) + 1;
  }
  const coarse = corpus.coarseChunks;
  return { files, chunks: corpus.lexical.chunkCount, skipped: counts, ...(coarse > 0 && { coarse }) };
}

/** All paths that are left out, with their reasons. */
export function leftOutBy(scan: WorkspaceScan, { unreadable, overLimit }: Pick<UpdateCounts, "unreadable" | "overLimit">): ReadonlyMap<string, SkipReason> {
  const all = new Map(scan.skipped);
  for (const file of unreadable) all.set(file, "unreadable");
  for (const file of overLimit) all.set(file, "over-limit");
  return all;
}

function tally(reasons: Iterable<string>): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of reasons) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}
