import { DocumentLengths, type QuestionBoards, scoreBm25, scoreQuestion, type TermGroup } from "./bm25";
import { IntColumn } from "./columns";
import type { FieldSnapshot, LexicalSnapshot } from "./corpusSnapshot";
import { Postings, type Renumber } from "./postings";
import { ScoreBoard } from "./scoreBoard";
import { type TermCounts, TermDictionary } from "./termDictionary";
import { exactGroups, type QueryWord, wordGroups } from "./termGroups";
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

/** Postings that were added one by one take six times the room of packed ones; packing takes some tens of milliseconds. */
const leastToPack = 50_000;

/**
 * BM25 over chunks and files with the fields body, definitions and path. Stems and files need no lists of their own:
 * the terms of a stem are joined, and the chunks of a file added up, when a question comes. Adding and removing leaves
 * the same scores as building anew.
 */
export class LexicalIndex {
  readonly dictionary: TermDictionary;
  readonly #body: IndexField;
  readonly #definitions: IndexField;
  readonly #path: IndexField;
  readonly #fileLengths: DocumentLengths;
  /** The file of each chunk, -1 when removed. */
  readonly #owners: IntColumn;
  readonly #files: (IndexedFile | undefined)[];
  #removedChunks = 0;

  /** Takes the arrays of a snapshot over. */
  constructor(terms?: Uint8Array, snapshot?: LexicalSnapshot, files: readonly IndexedFile[] = []) {
    this.dictionary = new TermDictionary(terms);
    this.#body = indexField(snapshot?.body);
    this.#definitions = indexField(snapshot?.definitions);
    this.#path = indexField(snapshot?.path);
    this.#fileLengths = new DocumentLengths(snapshot?.fileLengths);
    this.#owners = new IntColumn(snapshot?.owners);
    this.#files = [...files];
  }

  get chunkCount(): number {
    return this.#body.documents.count;
  }

  /** Chunks whose room is not yet given back. */
  get removedChunks(): number {
    return this.#removedChunks;
  }

  add(path: string, chunks: readonly ChunkTerms[]): IndexedFile {
    const file = this.#addFile(path, chunks.reduce((sum, chunk) => sum + total(chunk.body), 0));
    const indexed = { file, firstChunk: this.#owners.length, chunkCount: chunks.length };
    for (const chunk of chunks) this.#addChunk(file, chunk);
    this.#files[file] = indexed;
    return indexed;
  }

  /** Gives a file another path; its chunks keep their numbers. */
  move(from: IndexedFile, path: string): IndexedFile {
    const file = this.#addFile(path, this.#fileLengths.of(from.file));
    const { firstChunk, chunkCount } = from;
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) this.#owners.set(chunk, file);
    this.#removeFile(from.file);
    return (this.#files[file] = { file, firstChunk, chunkCount });
  }

  #addFile(path: string, length: number): number {
    const terms = this.dictionary.count(path);
    this.#path.postings.add(this.#path.documents.add(total(terms)), terms);
    return this.#fileLengths.add(length);
  }

  #removeFile(file: number): void {
    this.#path.documents.remove(file);
    this.#fileLengths.remove(file);
    this.#files[file] = undefined;
  }

  #addChunk(file: number, { body, definitions }: ChunkTerms): void {
    const names = this.dictionary.count(definitions.join(" "));
    this.#owners.push(file);
    this.#body.postings.add(this.#body.documents.add(total(body)), body);
    this.#definitions.postings.add(this.#definitions.documents.add(total(names)), names);
  }

  remove({ file, firstChunk, chunkCount }: IndexedFile): void {
    this.#removeFile(file);
    this.#removedChunks += chunkCount;
    for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) {
      this.#owners.set(chunk, -1);
      this.#body.documents.remove(chunk);
      this.#definitions.documents.remove(chunk);
    }
  }

  /** The file of a chunk; -1 when removed. */
  fileOf(chunk: number): number {
    return this.#owners.at(chunk);
  }

  chunksOf(file: number): readonly number[] {
    const indexed = this.#files[file];
    return indexed ? Array.from({ length: indexed.chunkCount }, (_, i) => indexed.firstChunk + i) : [];
  }

  /** Chunks that have a term in their text; how many there were at most, with those of removed files, comes back. */
  eachMention(term: number, act: (chunk: number) => void): number {
    const postings = this.#body.postings.of(term);
    for (const posting of postings) if (this.#owners.at(posting >>> 8) >= 0) act(posting >>> 8);
    return postings.length;
  }

  /** Chunks by body, definitions and path. The board is the caller's, to release or to keep. */
  scoreChunks(words: readonly QueryWord[]): ScoreBoard {
    const groups = exactGroups(this.dictionary, words);
    const board = ScoreBoard.take(this.#owners.length);
    scoreBm25(this.#body, groups, board);
    this.#addLabelScores(groups, board);
    return board;
  }

  /** `exact`: chunks as by `scoreChunks`. `stemmed`: chunks by the stems of their words. `whole`: files by the stems of all their words and of their path. The boards are the caller's. */
  scoreQuestion(words: readonly QueryWord[]): QuestionBoards {
    const groups = wordGroups(this.dictionary, words);
    const chunks = this.#owners.length;
    const boards = { exact: ScoreBoard.take(chunks), stemmed: ScoreBoard.take(chunks), whole: ScoreBoard.take(this.#fileLengths.end) };
    scoreQuestion(this.#body, { documents: this.#fileLengths, owners: this.#owners }, groups, boards);
    this.#addLabelScores(groups.flatMap(({ exact }) => exact ?? []), boards.exact);
    scoreBm25(this.#path, groups.flatMap(({ stem }) => stem ?? []), boards.whole, fieldWeights.file.path);
    return boards;
  }

  /** Packs what was added since, where it takes room. */
  pack(): void {
    for (const { postings } of [this.#body, this.#definitions, this.#path]) postings.pack(leastToPack);
  }

  /** Ids of the terms that a document has, in their order. */
  usedTerms(): readonly number[] {
    const used: number[] = [];
    for (let id = 0; id < this.dictionary.size; id++) {
      if ([this.#body, this.#definitions, this.#path].some((field) => isUsed(field, id))) used.push(id);
    }
    return used;
  }

  /** What is in it, files and chunks numbered anew without gaps. `terms` are those that stay, in their order; by default all. */
  snapshot(terms?: readonly number[]): { readonly lexical: LexicalSnapshot; readonly files: ReadonlyMap<number, IndexedFile>; readonly chunks: readonly number[] } {
    const chunks = numbersIn(this.#body.documents);
    const files = numbersIn(this.#fileLengths);
    const newChunk = renumbering(chunks, this.#owners.length);
    const newFile = renumbering(files, this.#fileLengths.end);
    const kept = files.map((file) => {
      const indexed = this.#files[file];
      const firstChunk = Math.max(0, newChunk(indexed?.firstChunk ?? 0));
      return [file, { file: newFile(file), firstChunk, chunkCount: indexed?.chunkCount ?? 0 }] as const;
    });
    const lexical = {
      body: fieldSnapshot(this.#body, newChunk, terms),
      definitions: fieldSnapshot(this.#definitions, newChunk, terms),
      path: fieldSnapshot(this.#path, newFile, terms),
      fileLengths: this.#fileLengths.values().filter((length) => length >= 0),
      owners: Int32Array.from(chunks, (chunk) => newFile(this.#owners.at(chunk))),
    };
    return { lexical, files: new Map(kept), chunks };
  }

  /** Definitions and paths; a path speaks for all chunks of its file. */
  #addLabelScores(groups: readonly TermGroup[], board: ScoreBoard): void {
    scoreBm25(this.#definitions, groups, board, fieldWeights.chunk.definitions);
    const files = ScoreBoard.take(this.#fileLengths.end);
    scoreBm25(this.#path, groups, files, fieldWeights.chunk.path);
    files.forEach((file, score) => {
      const { firstChunk = 0, chunkCount = 0 } = this.#files[file] ?? {};
      for (let chunk = firstChunk; chunk < firstChunk + chunkCount; chunk++) board.add(chunk, score);
    });
    files.release();
  }
}

interface IndexField {
  readonly postings: Postings;
  readonly documents: DocumentLengths;
}

function indexField(snapshot: FieldSnapshot | undefined): IndexField {
  return { postings: new Postings(snapshot?.postings), documents: new DocumentLengths(snapshot?.lengths) };
}

function fieldSnapshot({ postings, documents }: IndexField, renumber: Renumber, terms?: readonly number[]): FieldSnapshot {
  return { postings: postings.packedAs(renumber, terms), lengths: documents.values().filter((length) => length >= 0) };
}

function isUsed({ postings, documents }: IndexField, term: number): boolean {
  return postings.of(term).some((posting) => documents.of(posting >>> 8) >= 0);
}

/** Documents that are in, in their order. */
function numbersIn(documents: DocumentLengths): readonly number[] {
  return Array.from({ length: documents.end }, (_, number) => number).filter((number) => documents.of(number) >= 0);
}

function renumbering(kept: readonly number[], end: number): Renumber {
  const places = new Int32Array(end).fill(-1);
  for (const [place, number] of kept.entries()) places[number] = place;
  return (number) => places[number] ?? -1;
}

function total({ counts }: TermCounts): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}
