import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Chunker } from "./chunker";
import type { FileRecord } from "./indexRecords";
import { languageOf } from "./languages";
import type { FoundFile } from "./scanner";
import { skipByContent } from "./skipRules";
import { decodeSource, shortHash, splitLines, textOfRange } from "./sourceText";
import type { TermDictionary } from "./termDictionary";

export type ReadResult =
  | { readonly kind: "same" }
  | { readonly kind: "unreadable" }
  | { readonly kind: "read"; readonly record: FileRecord };

/** Reads files and makes records of them. */
export class FileIndexer {
  readonly #root: string;
  readonly #chunker: Chunker;

  constructor(root: string, chunker: Chunker) {
    this.#root = root;
    this.#chunker = chunker;
  }

  /** "same" when the content's hash is the known one. The dictionary numbers the terms, after the file is cut. */
  async read(file: FoundFile, knownHash: string | undefined, dictionary: () => TermDictionary): Promise<ReadResult> {
    const bytes = await readFile(path.join(this.#root, file.path)).catch(() => undefined);
    if (!bytes) return { kind: "unreadable" };
    const hash = shortHash(bytes);
    if (hash === knownHash) return { kind: "same" };
    const text = decodeSource(bytes);
    const skipped = skipByContent(bytes, text);
    const language = languageOf(file.path);
    const chunks = skipped ? [] : await this.#chunks(text, language, dictionary);
    return { kind: "read", record: { ...file, hash, language, skipped, chunks } };
  }

  async #chunks(text: string, language: string, dictionary: () => TermDictionary): Promise<FileRecord["chunks"]> {
    const lines = splitLines(text);
    const chunks = await this.#chunker.chunk(text, lines, language);
    const terms = dictionary();
    return chunks.map((chunk) => {
      const body = textOfRange(lines, chunk.startLine, chunk.endLine);
      return { ...chunk, key: shortHash(body), body: terms.count(body) };
    });
  }
}
