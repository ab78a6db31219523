import { languageOf } from "./languages";
import { type Cell, isNotebook, readNotebook } from "./notebooks";
import { decodeSource, splitLines } from "./sourceText";

/** A file as the index reads it. */
export interface SourceFile {
  readonly text: string;
  readonly lines: readonly string[];
  /** VS Code language id. */
  readonly language: string;
  /** Of a notebook. */
  readonly cells?: readonly Cell[];
}

/** What a file says, from its bytes; of a notebook, what its cells say, on the lines that they have in the file. */
export function readSource(path: string, bytes: Uint8Array): SourceFile {
  const text = decodeSource(bytes);
  if (!isNotebook(path)) return { text, lines: splitLines(text), language: languageOf(path) };
  const notebook = readNotebook(text);
  return { ...notebook, text: notebook.lines.join("\n") };
}

/** The lines of a file's text that ranges and hashes are taken of. */
export function sourceLines(path: string, text: string): readonly string[] {
  return isNotebook(path) ? readNotebook(text).lines : splitLines(text);
}
