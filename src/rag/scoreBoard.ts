import { type Scored, TopScores } from "./topScores";

/** Boards that nobody uses at the moment. For a large index each takes half a megabyte, and every question several. */
const free: ScoreBoard[] = [];
const mostFree = 6;

/** 256 documents lie on a page. */
export const pageBits = 8;
const pageSize = 2 ** pageBits;

/**
 * Scores of numbered documents, dense. Pages remember whether any of their documents has one: a rare word leaves most of
 * the board alone, and a common one costs no list of what it touched.
 */
export class ScoreBoard {
  /** By document, 0 for none. To be written only together with `pages`. */
  readonly scores: Float64Array;
  /** By page (document >> pageBits): 1 where there may be a score. */
  readonly pages: Uint8Array;

  /** Documents are numbered from 0 to `size` - 1. */
  constructor(size: number) {
    this.pages = new Uint8Array(Math.ceil(size / pageSize));
    this.scores = new Float64Array(this.pages.length * pageSize);
  }

  /** An empty board for so many documents, or for more: one that was released, if there is one. */
  static take(size: number): ScoreBoard {
    const at = free.findIndex((board) => board.size >= size);
    return free.splice(at, at < 0 ? 0 : 1)[0] ?? new ScoreBoard(Math.ceil(size * 1.1));
  }

  /** Lets another question have the board; it must not be used after that. Without it the board goes like any object. */
  release(): void {
    this.clear();
    free.unshift(this);
    if (free.length > mostFree) free.sort((a, b) => b.size - a.size).pop();
  }

  get size(): number {
    return this.scores.length;
  }

  /** How many documents have a score; takes a look at each page that has any. */
  get count(): number {
    let count = 0;
    for (let page = 0; page < this.pages.length; page++) {
      if (this.pages[page] === 0) continue;
      for (let document = page * pageSize, end = document + pageSize; document < end; document++) if ((this.scores[document] ?? 0) > 0) count++;
    }
    return count;
  }

  /** Documents with a score, in their order. */
  get touched(): readonly number[] {
    const documents: number[] = [];
    this.forEach((document) => documents.push(document));
    return documents;
  }

  /** In the order of the documents. */
  forEach(act: (document: number, score: number) => void): void {
    for (let page = 0; page < this.pages.length; page++) {
      if (this.pages[page] === 0) continue;
      for (let document = page * pageSize, end = document + pageSize; document < end; document++) {
        const score = this.scores[document] ?? 0;
        if (score > 0) act(document, score);
      }
    }
  }

  /** Adds a positive score. */
  add(document: number, score: number): void {
    this.scores[document] = (this.scores[document] ?? 0) + score;
    this.pages[document >> pageBits] = 1;
  }

  of(document: number): number {
    return this.scores[document] ?? 0;
  }

  clear(): void {
    for (let page = 0; page < this.pages.length; page++) {
      if (this.pages[page] !== 0) this.scores.fill(0, page * pageSize, (page + 1) * pageSize);
    }
    this.pages.fill(0);
  }

  /** The best `limit`, best first; equal scores by document number, so that the order is always the same. */
  top(limit: number): Scored[] {
    const best = new TopScores(limit);
    let worst = best.worst;
    const { scores, pages } = this;
    for (let page = 0; page < pages.length; page++) {
      if (pages[page] === 0) continue;
      for (let document = page * pageSize, end = document + pageSize; document < end; document++) {
        const score = scores[document] ?? 0;
        if (score <= worst || score === 0) continue;
        best.offer(document, score);
        worst = best.worst;
      }
    }
    return best.inOrder();
  }
}
