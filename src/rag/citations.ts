import type { CitationState, HashedRange } from "./ports";
import { sourceLines } from "./sourceFile";
import { hashText, textOfRange } from "./sourceText";

/** The text of a workspace file as it is now, line ends as they are; undefined when it is gone or cannot be read. */
export type ReadSource = (path: string) => Promise<string | undefined>;

/** Whether cited lines still read as they did, in the order of `ranges`. Each file is read once; of a notebook, its cells count. */
export async function checkCitations(ranges: readonly HashedRange[], read: ReadSource): Promise<readonly CitationState[]> {
  const files = new Map<string, Promise<readonly string[] | undefined>>();
  for (const { path } of ranges) if (!files.has(path)) files.set(path, linesOf(path, read));
  return Promise.all(ranges.map(async (range) => stateOf(range, await files.get(range.path))));
}

async function linesOf(path: string, read: ReadSource): Promise<readonly string[] | undefined> {
  const text = await read(path);
  return text === undefined ? undefined : sourceLines(path, text);
}

function stateOf({ startLine, endLine, hash }: HashedRange, lines: readonly string[] | undefined): CitationState {
  if (!lines) return "gone";
  return hashText(textOfRange(lines, startLine, endLine)) === hash ? "fresh" : "stale";
}
