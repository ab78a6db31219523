import { DocumentLengths, Postings, scoreBm25, type TermGroup } from "./bm25";
import { ScoreBoard } from "./scoreBoard";
import { type TermCounts, TermDictionary } from "./termDictionary";
import { exactGroups, type QueryWord, stemGroups } from "./termGroups";
import { fieldWeights } from "./weights";

/** What of a chunk goes into the index. */
export interface ChunkTerms {
  readonly body: TermCounts;
  /** Names of the definitions that begin in it. */
  readonly definitions: readonly string[];
}

/** A file in the index: its number, and its chunks' numbers, which follow each other. */
export interface IndexedFile {
  readonly file: number;
  readonly firstChunk: number;
  readonly chunkCount: number;
}

/**
 * BM25 over chunks and files with the fields body, definitions and path. Stems and files need no lists of their own:
 * the terms of a stem are joined, and the chunks of a file added up, when a question comes. Adding and removing leaves
 * the same scores as building anew.
 */
export class LexicalIndex {
  readonly dictionary = new TermDictionary();
  readonly #body = { postings: new Postings(), documents: new DocumentLengths() };
  readonly #definitions = { postings: new Postings(), documents: new DocumentLengths() };
  readonly #path = { postings: new Postings(), documents: new DocumentLengths() };
  readonly #fileLengths = new DocumentLengths();
  /** The file of each chunk, -1 when removed. */
  readonly #owners: number[] = [];
  readonly #files: (IndexedFile | undefined)[] = [];
  #removedChunks = 0;

  get chunkCount(): number {
    return this.#body.documents.count;
  }

  /** Chunks whose room is not yet given back. */
  get removedChunks(): number {
    return this.#removedChunks;
  }

  add(path: string, chunks: readonly ChunkTerms[]): IndexedFile {
    const pathTerms = this.dictionary.count(path);
    this.#path.postings.add(this.#path.documents.add(total(pathTerms)), pathTerms);
    const file = this.#fileLengths.add(chunks.reduce((sum, chunk) => sum + total(chunk.body), 0));
    const indexed = { file, firstChunk: this.#owners.length, chunkCount: chunks.length };
    for (const chunk of chunks) this.#addChunk(file, chunk);
    this.#files[file] = indexed;
    return indexed;
  }

  #addChunk(file: number, { body, definitions }: ChunkTerms): void {
    const names = this.dictionary.count(definitions.join(" "));
    this.#owners.push(file);
    this.#body.postings.add(this.#body.documents.add(total(body)), body);
    this.#definitions.postings.add(this.#definitions.documents.add(total(names)), names);
  }

  remove({ file, firstChunk, chunkCount }: IndexedFile): void {
    this.#path.documents.remove(file);
    this.#fileLengths.remove(file);
    this.#files[file] = undefined;
    this.#removedChunks += chunkCount;
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
      this.#owners[chunk] = -1;
      this.#body.documents.remove(chunk);
      this.#definitions.documents.remove(chunk);
    }
  }

  /** The file of a chunk; -1 when removed. */
  fileOf(chunk: number): number {
    return this.#owners[chunk] ?? -1;
  }

  chunksOf(file: number): readonly number[] {
    const indexed = this.#files[file];
    return indexed ? Array.from({ length: indexed.chunkCount }, (_, i) => indexed.firstChunk + i) : [];
  }

  /** Chunks by body, definitions and path. */
  scoreChunks(words: readonly QueryWord[]): ScoreBoard {
    const groups = exactGroups(this.dictionary, words);
    const board = new ScoreBoard(this.#owners.length);
    scoreBm25(this.#body, groups, board);
    scoreBm25(this.#definitions, groups, board, fieldWeights.chunk.definitions);
    this.#addPathScores(groups, board);
    return board;
  }

  /** Chunks by the stems of their words. */
  scoreStemmed(words: readonly QueryWord[]): ScoreBoard {
    const board = new ScoreBoard(this.#owners.length);
    scoreBm25(this.#body, stemGroups(this.dictionary, words), board);
    return board;
  }

  /** Files by the stems of all their words and of their path. */
  scoreFiles(words: readonly QueryWord[]): ScoreBoard {
    const groups = stemGroups(this.dictionary, words);
    const board = new ScoreBoard(this.#fileLengths.end);
    scoreBm25({ postings: this.#body.postings, documents: this.#fileLengths, owners: this.#owners }, groups, board);
    scoreBm25(this.#path, groups, board, fieldWeights.file.path);
    return board;
  }

  /** The terms of each chunk, for saving; empty for removed ones. */
  bodies(): TermCounts[] {
    return this.#body.postings.invert(this.#body.documents);
  }

  /** A path speaks for all chunks of its file. */
  #addPathScores(groups: readonly TermGroup[], board: ScoreBoard): void {
    const files = new ScoreBoard(this.#fileLengths.end);
    scoreBm25(this.#path, groups, files, fieldWeights.chunk.path);
    for (const file of files.touched) {
      for (const chunk of this.chunksOf(file)) board.add(chunk, files.of(file));
    }
  }
}

function total({ counts }: TermCounts): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
