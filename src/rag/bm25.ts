import { IntColumn } from "./columns";
import type { Postings } from "./postings";
import { ScoreBoard } from "./scoreBoard";
import { maxCount } from "./termDictionary";
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
  /** When the postings name parts of the documents (chunks of files): the document of each part, -1 when taken out. */
  readonly owners?: IntColumn;
}

/** Terms that count as one word of a question: a single one, or all that share a stem. */
export interface TermGroup {
  readonly ids: readonly number[];
  /** What the word counts beside the others; 1 is all. */
  readonly weight: number;
}

/**
 * Adds the Okapi BM25 score of a query to the board. (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.)
 */
export function scoreBm25(field: Field, groups: readonly TermGroup[], board: ScoreBoard, weight = 1): void {
  const counts = ScoreBoard.take(field.documents.end);
  for (const group of groups) {
    const [only] = group.ids;
    const scorer = new GroupScorer(field.documents, weight * group.weight, board);
    if (only !== undefined && group.ids.length === 1 && !field.owners) scorer.addList(field.postings.of(only));
    else {
      for (const term of group.ids) countDocuments(field, term, counts);
      scorer.addCounts(counts);
      counts.clear();
    }
  }
  counts.release();
}

/** Scores the documents of one group of terms. */
class GroupScorer {
  readonly #lengths: Int32Array;
  readonly #documents: DocumentLengths;
  readonly #weight: number;
  readonly #board: ScoreBoard;

  constructor(documents: DocumentLengths, weight: number, board: ScoreBoard) {
    this.#lengths = documents.values();
    this.#documents = documents;
    this.#weight = weight;
    this.#board = board;
  }

  /** A group of one term needs no adding up. */
  addList(list: Uint32Array): void {
    const lengths = this.#lengths;
    let found = 0;
    for (let i = 0; i < list.length; i++) if ((lengths[(list[i] ?? 0) >>> 8] ?? -1) >= 0) found++;
    const scoreOf = this.#scoreOf(found);
    for (let i = 0; i < list.length; i++) {
      const posting = list[i] ?? 0;
      const length = lengths[posting >>> 8] ?? -1;
      if (length >= 0) this.#board.add(posting >>> 8, scoreOf(posting & maxCount, length));
    }
  }

  addCounts(counts: ScoreBoard): void {
    const scoreOf = this.#scoreOf(counts.count);
    for (let n = 0; n < counts.count; n++) {
      const document = counts.touchedAt(n);
      this.#board.add(document, scoreOf(counts.of(document), this.#lengths[document] ?? 0));
    }
  }

  #scoreOf(found: number): (count: number, length: number) => number {
    const { count: all, average } = this.#documents;
    const idf = Math.log(1 + (all - found + 0.5) / (found + 0.5));
    const factor = this.#weight * idf * (bm25.k1 + 1);
    const short = bm25.k1 * (1 - bm25.b);
    const perTerm = (bm25.k1 * bm25.b) / Math.max(average, 1e-9);
    return (count, length) => (factor * count) / (count + short + perTerm * length);
  }
}

function countDocuments({ postings, documents, owners }: Field, term: number, counts: ScoreBoard): void {
  const list = postings.of(term);
  const lengths = documents.values();
  const ownerOf = owners?.values();
  for (let i = 0; i < list.length; i++) {
    const posting = list[i] ?? 0;
    const part = posting >>> 8;
    const document = ownerOf ? (ownerOf[part] ?? -1) : part;
    if (document >= 0 && (lengths[document] ?? -1) >= 0) counts.add(document, posting & maxCount);
  }
}
