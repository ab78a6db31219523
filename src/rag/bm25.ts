import { ScoreBoard } from "./scoreBoard";
import { maxCount, type TermCounts } from "./termDictionary";
import { bm25 } from "./weights";

/** A posting is one number: document * 256 + count of the term in it. */
type Posting = number;
const countBits = 8;

/** The lengths of a set of documents, in terms; those taken out have none. */
export class DocumentLengths {
  readonly #lengths: number[] = [];
  #count = 0;
  #total = 0;

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
    return this.#lengths.push(length) - 1;
  }

  remove(document: number): void {
    this.#count--;
    this.#total -= this.#lengths[document] ?? 0;
    this.#lengths[document] = -1;
  }

  /** -1 for a document that was taken out. */
  of(document: number): number {
    return this.#lengths[document] ?? -1;
  }
}

/** Which documents hold which terms. What was taken out stays until the index is built anew, and is passed over. */
export class Postings {
  readonly #lists: Posting[][] = [];

  add(document: number, { ids, counts }: TermCounts): void {
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i] ?? 0;
      const posting = (document << countBits) | Math.min(counts[i] ?? 1, maxCount);
      const list = this.#lists[id];
      if (list) list.push(posting);
      else this.#lists[id] = [posting];
    }
  }

  of(term: number): readonly Posting[] {
    return this.#lists[term] ?? [];
  }

  /** The terms of each document, from the lists by term. */
  invert(documents: DocumentLengths): { ids: number[]; counts: number[] }[] {
    const forward = Array.from({ length: documents.end }, () => ({ ids: [] as number[], counts: [] as number[] }));
    this.#lists.forEach((list, id) => {
      for (const posting of list) {
        if (documents.of(posting >> countBits) < 0) continue;
        forward[posting >> countBits]?.ids.push(id);
        forward[posting >> countBits]?.counts.push(posting & maxCount);
      }
    });
    return forward;
  }
}

export interface Field {
  readonly postings: Postings;
  readonly documents: DocumentLengths;
  /** When the postings name parts of the documents (chunks of files): the document of each part, -1 when taken out. */
  readonly owners?: readonly number[];
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
  const { documents } = field;
  const counts = new ScoreBoard(documents.end);
  const average = Math.max(documents.average, 1e-9);
  for (const group of groups) {
    counts.clear();
    for (const term of group.ids) countDocuments(field, term, counts);
    const found = counts.touched.length;
    const idf = Math.log(1 + (documents.count - found + 0.5) / (found + 0.5));
    for (const document of counts.touched) {
      const count = counts.of(document);
      const norm = bm25.k1 * (1 - bm25.b + (bm25.b * documents.of(document)) / average);
      board.add(document, (weight * group.weight * idf * count * (bm25.k1 + 1)) / (count + norm));
    }
  }
}

function countDocuments({ postings, documents, owners }: Field, term: number, counts: ScoreBoard): void {
  for (const posting of postings.of(term)) {
    const part = posting >> countBits;
    const document = owners ? (owners[part] ?? -1) : part;
    if (document >= 0 && documents.of(document) >= 0) counts.add(document, posting & maxCount);
  }
}
