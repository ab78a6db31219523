import { type Chunk, type Chunker, chunkCoarsely, hasSyntax } from "./chunker";
import type { FileRecord } from "./indexRecords";
import type { FoundFile } from "./scanner";
import { skipByContent } from "./skipRules";
import { readSource } from "./sourceFile";
import { shortHash, textOfRange } from "./sourceText";
import type { TermDictionary } from "./termDictionary";
import type { WorkspaceFolders } from "./workspaceFolders";

export type ReadResult =
  | { readonly kind: "same" }
  | { readonly kind: "unreadable" }
  | { readonly kind: "read"; readonly record: FileRecord };

/** "lines": files whose syntax could be read are cut by lines for now, which takes a fraction of the time. */
export type ReadDepth = "lines" | "syntax";

/** Reads files and makes records of them. */
export class FileIndexer {
  readonly #folders: WorkspaceFolders;
  readonly #chunker: Chunker;

  constructor(folders: WorkspaceFolders, chunker: Chunker) {
    this.#folders = folders;
    this.#chunker = chunker;
  }

  /** "same" when the content's hash is the known one. The dictionary numbers the terms, after the file is cut. */
  async read(file: FoundFile, knownHash: string | undefined, dictionary: () => TermDictionary, depth: ReadDepth = "syntax"): Promise<ReadResult> {
    const bytes = await this.#folders.read(file.path);
    if (!bytes) return { kind: "unreadable" };
    const hash = shortHash(bytes);
    if (hash === knownHash) return { kind: "same" };
    const { text, lines, language, cells } = readSource(file.path, bytes);
    const skipped = skipByContent(bytes, text);
    const isCoarse = depth === "lines" && skipped === undefined && hasSyntax(language);
    const cut = skipped ? [] : isCoarse ? chunkCoarsely(lines, language, cells) : await this.#chunker.chunk(text, lines, language, cells);
    const chunks = withTerms(cut, lines, dictionary());
    return { kind: "read", record: { ...file, hash, language, skipped, chunks, ...(isCoarse && { coarse: true as const }) } };
  }
}

function withTerms(chunks: readonly Chunk[], lines: readonly string[], terms: TermDictionary): FileRecord["chunks"] {
  return chunks.map((chunk) => {
    const body = textOfRange(lines, chunk.startLine, chunk.endLine);
    return { ...chunk, key: shortHash(body), body: terms.count(body) };
  });
}
