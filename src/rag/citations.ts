import type { CodeRange } from "./ports";
import { hashText, splitLines, textOfRange } from "./sourceText";

/** A range with the hash that its text had when it was cited. */
export interface HashedRange extends CodeRange {
  /** SHA-256 of the text, hex. */
  readonly hash: string;
}

/** The hash a citation of these lines (1-based, both included) carries. Line ends do not count. */
export function hashOfRange(fileText: string, startLine: number, endLine: number): string {
  return hashText(textOfRange(splitLines(fileText), startLine, endLine));
}

/** Whether the cited lines read differently now. `undefined` stands for a file that is gone. */
export function isStale(citation: HashedRange, fileText: string | undefined): boolean {
  return fileText === undefined || hashOfRange(fileText, citation.startLine, citation.endLine) !== citation.hash;
}
