import { IntColumn } from "./columns";
import type { Postings } from "./postings";
import { pageBits, type ScoreBoard } from "./scoreBoard";
import { TermList } from "./termList";
import { bm25 } from "./weights";

export { Postings } from "./postings";

/** The lengths of a set of documents, in terms; those taken out have none. */
export class DocumentLengths {
  readonly #lengths: IntColumn;
  #count = 0;
  #total = 0;

  /** Takes the array over; each of its documents is in. */
  constructor(lengths?: Int32Array) {
    this.#lengths = new IntColumn(lengths);
    this.#count = this.#lengths.length;
    for (const length of lengths ?? []) this.#total += length;
  }

  /** Documents that are in. */
  get count(): number {
    return this.#count;
  }

  /** One more than the highest document number ever given. */
  get end(): number {
    return this.#lengths.length;
  }

  get average(): number {
    return this.#count === 0 ? 0 : this.#total / this.#count;
  }

  /** Takes a document in and returns its number. */
  add(length: number): number {
    this.#count++;
    this.#total += length;
    return this.#lengths.push(length);
  }

  remove(document: number): void {
    this.#count--;
    this.#total -= Math.max(0, this.#lengths.at(document));
    this.#lengths.set(document, -1);
  }

  /** -1 for a document that was taken out. */
  of(document: number): number {
    return this.#lengths.at(document);
  }

  /** By document, -1 for those taken out; until the next `add`. */
  values(): Int32Array {
    return this.#lengths.values();
  }
}

export interface Field {
  readonly postings: Postings;
  readonly documents: DocumentLengths;
}

/** Terms that count as one word of a question: a single one, or all that share a stem. */
export interface TermGroup {
  readonly ids: readonly number[];
  /** What the word counts beside the others; 1 is all. */
  readonly weight: number;
}

/** Where the lists of groups are added up, one at a time. */
const list = new TermList();

/**
 * Adds the Okapi BM25 score of a query to the board. (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.)
 */
export function scoreBm25(field: Field, groups: readonly TermGroup[], board: ScoreBoard, weight = 1): void {
  for (const group of groups) {
    fill(field, group);
    addScores(field.documents, weight * group.weight, board);
  }
}

/** A word of a question as it is, and all that share its stem, where no word before it has that stem. */
export interface WordGroups {
  readonly exact: TermGroup | undefined;
  readonly stem: TermGroup | undefined;
}

/** Documents that the postings name parts of, such as the files of chunks. */
export interface Whole {
  readonly documents: DocumentLengths;
  /** By part: the document's number, -1 when taken out. Parts of one document follow each other. */
  readonly owners: IntColumn;
}

export interface QuestionBoards {
  /** Parts by the words as they are. */
  readonly exact: ScoreBoard;
  /** Parts by the stems of the words. */
  readonly stemmed: ScoreBoard;
  /** Whole documents by the stems of the words. */
  readonly whole: ScoreBoard;
}

/** As `scoreBm25` for each of three boards, with one look at postings that they share. */
export function scoreQuestion(field: Field, whole: Whole, words: readonly WordGroups[], boards: QuestionBoards): void {
  const { documents } = field;
  for (const { exact, stem } of words) {
    const isSame = exact?.weight === stem?.weight && stem?.ids.length === 1 && stem.ids[0] === exact?.ids[0];
    if (exact && !isSame) {
      fill(field, exact);
      addScores(documents, exact.weight, boards.exact);
    }
    if (!stem) continue;
    fill(field, stem);
    if (isSame) addScoresTwice(documents, stem.weight, boards.stemmed, boards.exact);
    else addScores(documents, stem.weight, boards.stemmed);
    list.sumByOwner(whole.owners.values());
    addScores(whole.documents, stem.weight, boards.whole);
  }
}

function fill({ postings, documents }: Field, { ids }: TermGroup): void {
  list.fill(postings, ids);
  if (documents.count < documents.end) list.keepPresent(documents.values());
}

/** The score of a document is factor * count / (count + short + perTerm * length). */
interface Curve {
  readonly factor: number;
  readonly short: number;
  readonly perTerm: number;
}

/** Of the terms in the list. */
function curveOf({ count: all, average }: DocumentLengths, weight: number): Curve {
  const found = list.length;
  const idf = Math.log(1 + (all - found + 0.5) / (found + 0.5));
  return {
    factor: weight * idf * (bm25.k1 + 1),
    short: bm25.k1 * (1 - bm25.b),
    perTerm: (bm25.k1 * bm25.b) / Math.max(average, 1e-9),
  };
}

/** Adds the score of each document of the list. */
function addScores(lengthsOf: DocumentLengths, weight: number, { scores, pages }: ScoreBoard): void {
  const { documents, counts, length } = list;
  const { factor, short, perTerm } = curveOf(lengthsOf, weight);
  const lengths = lengthsOf.values();
  for (let i = 0; i < length; i++) {
    const document = documents[i] ?? 0;
    const count = counts[i] ?? 0;
    scores[document] = (scores[document] ?? 0) + (factor * count) / (count + short + perTerm * (lengths[document] ?? 0));
    pages[document >> pageBits] = 1;
  }
}

/** As `addScores`, to two boards. */
function addScoresTwice(lengthsOf: DocumentLengths, weight: number, { scores, pages }: ScoreBoard, other: ScoreBoard): void {
  const { documents, counts, length } = list;
  const { factor, short, perTerm } = curveOf(lengthsOf, weight);
  const { scores: otherScores, pages: otherPages } = other;
  const lengths = lengthsOf.values();
  for (let i = 0; i < length; i++) {
    const document = documents[i] ?? 0;
    const count = counts[i] ?? 0;
    const score = (factor * count) / (count + short + perTerm * (lengths[document] ?? 0));
    scores[document] = (scores[document] ?? 0) + score;
    otherScores[document] = (otherScores[document] ?? 0) + score;
    pages[document >> pageBits] = otherPages[document >> pageBits] = 1;
  }
}
