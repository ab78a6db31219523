import { readFile } from "node:fs/promises";
import path from "node:path";
import { rankChunks, type RankedChunk } from "./chunkRanker";
import type { CodeCorpus } from "./codeCorpus";
import type { RetrievedChunk, Retriever, RetrieveQuery } from "./ports";
import { decodeSource, hashText, splitLines, textOfRange } from "./sourceText";
import { limits } from "./weights";
import type { WorkHistory } from "./workHistory";

export interface RetrieverDeps {
  /** Absolute. */
  readonly root: string;
  readonly corpus: () => CodeCorpus;
  readonly history: WorkHistory;
  /** Numbers of the chunks nearest in meaning, best first; empty without an embedding model. Never rejects but for an abort. */
  readonly nearest: (question: string, limit: number, signal?: AbortSignal) => Promise<readonly number[]>;
  /** Told of files that turned out to differ from what was indexed. */
  readonly onStale: (paths: readonly string[]) => void;
}

/** Answers questions from what is in the corpus; texts are read from the files as they are now. */
export class CorpusRetriever implements Retriever {
  readonly #deps: RetrieverDeps;

  constructor(deps: RetrieverDeps) {
    this.#deps = deps;
  }

  async retrieve({ text, limit }: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    const nearest = await this.#deps.nearest(text, limits.chunksPerSource, signal);
    signal?.throwIfAborted();
    const corpus = this.#deps.corpus();
    const ranked = rankChunks(corpus, text, { limit, history: this.#deps.history, nearest });
    return this.#read(corpus, ranked);
  }

  async #read(corpus: CodeCorpus, ranked: readonly RankedChunk[]): Promise<readonly RetrievedChunk[]> {
    const found = ranked.flatMap(({ chunk: number, score }) => {
      const chunk = corpus.chunk(number);
      return chunk ? [{ chunk, score, language: corpus.files.get(chunk.path)?.language ?? "plaintext" }] : [];
    });
    const paths = [...new Set(found.map(({ chunk }) => chunk.path))];
    const files = new Map(await Promise.all(paths.map(async (file) => [file, await this.#lines(file)] as const)));
    const stale = new Set<string>();
    const chunks = found.flatMap(({ chunk: { path: file, startLine, endLine, symbol, key }, score, language }) => {
      const text = textOfRange(files.get(file) ?? [], startLine, endLine);
      const hash = hashText(text);
      if (!hash.startsWith(key)) stale.add(file);
      const range = { path: file, startLine, endLine: Math.min(endLine, files.get(file)?.length ?? 0) };
      return text === "" ? [] : [{ ...range, text, score, language, hash, ...(symbol !== undefined && { symbol }) }];
    });
    if (stale.size > 0) this.#deps.onStale([...stale]);
    return chunks;
  }

  async #lines(file: string): Promise<readonly string[]> {
    const bytes = await readFile(path.join(this.#deps.root, file)).catch(() => undefined);
    return bytes ? splitLines(decodeSource(bytes)) : [];
  }
}
