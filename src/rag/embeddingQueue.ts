import type { CorpusChunk } from "./codeCorpus";
import { sourceLines } from "./sourceFile";
import { decodeSource, shortHash, textOfRange } from "./sourceText";

/** A chunk with what the model is to read of it. */
export interface Passage {
  readonly chunk: CorpusChunk;
  readonly text: string;
}

export interface EmbeddingQueueDeps {
  /** The bytes of a file; undefined when it cannot be read. */
  readonly read: (file: string) => Promise<Uint8Array | undefined>;
  /** Files that come first, the most urgent one first. */
  readonly first: () => readonly string[];
  /** Whether a chunk needs no embedding after all; asked when its file's turn has come. */
  readonly isDone: (chunk: CorpusChunk) => boolean;
}

/** Chunks that wait for a vector. A file is read once, when its turn comes. */
export class EmbeddingQueue {
  readonly #deps: EmbeddingQueueDeps;
  /** In the order in which they come, unless some are to come first. */
  readonly #files: Map<string, readonly CorpusChunk[]>;
  #ready: Passage[] = [];
  #left: number;

  constructor(files: Map<string, readonly CorpusChunk[]>, deps: EmbeddingQueueDeps) {
    this.#deps = deps;
    this.#files = files;
    this.#left = [...files.values()].reduce((sum, chunks) => sum + chunks.length, 0);
  }

  /** Chunks that have not been handed out. */
  get left(): number {
    return this.#left;
  }

  /** The next passages, at most so many and about so long together, but one at least. Empty at the end. */
  async next(chunks: number, characters: number): Promise<Passage[]> {
    const batch: Passage[] = [];
    let length = 0;
    while (batch.length < chunks && (batch.length === 0 || length < characters)) {
      const passage = this.#ready.shift() ?? (await this.#nextFile());
      if (passage === "end") break;
      if (passage === "none") continue;
      batch.push(passage);
      length += passage.text.length;
      this.#left--;
    }
    return batch;
  }

  async #nextFile(): Promise<Passage | "none" | "end"> {
    const file = this.#deps.first().find((name) => this.#files.has(name)) ?? this.#files.keys().next().value;
    if (file === undefined) return "end";
    const waiting = this.#files.get(file) ?? [];
    this.#files.delete(file);
    const missing = waiting.filter((chunk) => !this.#deps.isDone(chunk));
    this.#ready = missing.length === 0 ? [] : passagesOf(file, missing, await this.#deps.read(file));
    this.#left -= waiting.length - this.#ready.length;
    return this.#ready.shift() ?? "none";
  }
}

/** Chunks under their header `path > symbol`; without those whose text has changed meanwhile. */
function passagesOf(file: string, chunks: readonly CorpusChunk[], bytes: Uint8Array | undefined): Passage[] {
  if (!bytes) return [];
  const lines = sourceLines(file, decodeSource(bytes));
  return chunks.flatMap((chunk) => {
    const { path, startLine, endLine, symbol, signature, key } = chunk;
    const text = textOfRange(lines, startLine, endLine);
    if (shortHash(text) !== key) return [];
    return [{ chunk, text: `${[path, symbol, signature].filter((part) => part !== undefined).join(" > ")}\n${text}` }];
  });
}
