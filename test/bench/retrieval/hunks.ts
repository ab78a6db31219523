import { passageOf } from "../../../src/chat/codePassage";
import { packCode } from "../../../src/chat/packCode";
import type { CodeRange, RetrievedChunk } from "../../../src/rag/ports";
import { git } from "./checkout";
import type { CommitTask } from "./commits";

/** The lines that a commit changed in these files of its parent's tree. Where it only adds, the line before what it adds. */
export async function changedRanges(gitDir: string, { commit, parent }: CommitTask, files: readonly string[]): Promise<readonly CodeRange[]> {
  const output = await git(gitDir, ["diff", "--no-color", "--no-ext-diff", "--no-renames", "--diff-filter=M", "-U0", parent, commit, "--", ...files]);
  const ranges: CodeRange[] = [];
  let path: string | undefined;
  for (const line of output.split("\n")) {
    if (line.startsWith("--- ")) path = line.startsWith("--- a/") ? line.slice(6).trimEnd() : undefined;
    const hunk = /^@@ -(\d+)(?:,(\d+))? /.exec(line);
    if (!hunk || path === undefined) continue;
    const startLine = Math.max(1, Number(hunk[1]));
    ranges.push({ path, startLine, endLine: startLine + Math.max(1, Number(hunk[2] ?? 1)) - 1 });
  }
  return ranges;
}

/** About 4 bytes a token: which model will read it is not known here, while the product counts with the model's own tokens. */
function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

const meter = {
  count: (texts: readonly string[]) => Promise.resolve(texts.map(estimateTokens)),
  measure: (codeText: string) => Promise.resolve(estimateTokens(codeText)),
};

/** The share of the changed ranges that stands in what the product's packing puts into the budget; each range counts the same. */
export async function hunkRecall(chunks: readonly RetrievedChunk[], ranges: readonly CodeRange[], budget: number): Promise<number> {
  const packed = await packCode(chunks.map((chunk, rank) => passageOf(chunk, rank)), budget, meter);
  return ranges.reduce((sum, range) => sum + coveredShare(range, packed), 0) / ranges.length;
}

function coveredShare(range: CodeRange, packed: readonly CodeRange[]): number {
  let covered = 0;
  for (let line = range.startLine; line <= range.endLine; line++) {
    if (packed.some(({ path, startLine, endLine }) => path === range.path && startLine <= line && line <= endLine)) covered++;
  }
  return covered / (range.endLine - range.startLine + 1);
}
