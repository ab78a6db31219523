import { rankChunks, type RankedChunk } from "./chunkRanker";
import { coarseFilesNaming } from "./coarseFiles";
import type { CodeCorpus, CorpusChunk } from "./codeCorpus";
import { FileBytes } from "./fileBytes";
import { isNotebook } from "./notebooks";
import type { RetrievedChunk, Retriever, RetrieveQuery } from "./ports";
import { isBlank, readQuestion } from "./question";
import { sourceLines } from "./sourceFile";
import { decodeSource, hashText, linesOf, type TextLines, textLines } from "./sourceText";
import { limits } from "./weights";
import type { WorkHistory } from "./workHistory";
import type { WorkspaceFolders } from "./workspaceFolders";

export interface RetrieverDeps {
  readonly folders: WorkspaceFolders;
  readonly corpus: () => CodeCorpus;
  readonly history: WorkHistory;
  /** Numbers of the chunks nearest in meaning, best first; empty without an embedding model. Never rejects but for an abort. */
  readonly nearest: (question: string, limit: number, signal?: AbortSignal) => Promise<readonly number[]>;
  /** Gives files their syntax that wait for it, if that does not take long. Never rejects. */
  readonly refine: (paths: readonly string[]) => Promise<void>;
  /** Told of files that turned out to differ from what was indexed. */
  readonly onStale: (paths: readonly string[]) => void;
}

/** Answers questions from what is in the corpus; texts are read from the files as they are now. */
export class CorpusRetriever implements Retriever {
  readonly #deps: RetrieverDeps;
  readonly #files = new FileBytes();

  constructor(deps: RetrieverDeps) {
    this.#deps = deps;
  }

  async retrieve({ text, limit, earlier = [], explain = false }: RetrieveQuery, signal?: AbortSignal): Promise<readonly RetrievedChunk[]> {
    const question = readQuestion(text, earlier);
    if (isBlank(question)) return [];
    // Before the numbers of any chunks are taken: refined files have others.
    await this.#deps.refine(coarseFilesNaming(this.#deps.corpus(), question.names));
    const nearest = await this.#deps.nearest(question.text, limits.chunksPerSource, signal);
    signal?.throwIfAborted();
    const corpus = this.#deps.corpus();
    const ranked = rankChunks(corpus, question, { limit, history: this.#deps.history, nearest, explain });
    return this.#read(corpus, ranked);
  }

  #read(corpus: CodeCorpus, ranked: readonly RankedChunk[]): readonly RetrievedChunk[] {
    const found = ranked.flatMap((one) => {
      const chunk = corpus.chunk(one.chunk);
      return chunk ? [{ ...one, chunk, language: corpus.files.get(chunk.path)?.language ?? "plaintext" }] : [];
    });
    const paths = [...new Set(found.map(({ chunk }) => chunk.path))];
    const files = new Map(paths.map((file) => [file, this.#lines(file)] as const));
    const stale = new Set<string>();
    const chunks = found.flatMap(({ chunk: { path: file, startLine, endLine, key, ...labels }, score, scores, language }) => {
      const lines = files.get(file) ?? noLines;
      const text = lines.range(startLine, endLine);
      const hash = hashText(text);
      if (!hash.startsWith(key)) stale.add(file);
      const range = { path: file, startLine, endLine: Math.min(endLine, lines.count) };
      return text === "" ? [] : [{ ...range, text, score, language, hash, ...labelsOf(labels), ...(scores && { scores }) }];
    });
    if (stale.size > 0) this.#deps.onStale([...stale]);
    return chunks;
  }

  #lines(file: string): TextLines {
    const absolute = this.#deps.folders.absolute(file);
    const bytes = absolute === undefined ? undefined : this.#files.read(absolute);
    if (!bytes) return noLines;
    const text = decodeSource(bytes);
    return isNotebook(file) ? linesOf(sourceLines(file, text)) : textLines(text);
  }
}

const noLines = linesOf([]);

function labelsOf({ symbol, signature }: Pick<CorpusChunk, "symbol" | "signature">): Pick<RetrievedChunk, "symbol" | "signature"> {
  return { ...(symbol !== undefined && { symbol }), ...(signature !== undefined && { signature }) };
}
