export interface Scored {
  readonly document: number;
  readonly score: number;
}

/** Boards that nobody uses at the moment. For a large index each takes half a megabyte, and every question several. */
const free: ScoreBoard[] = [];
const mostFree = 6;

/** Scores of numbered documents, dense; remembers which have one. */
export class ScoreBoard {
  readonly #scores: Float64Array;
  readonly #touched: Int32Array;
  #count = 0;

  /** Documents are numbered from 0 to `size` - 1. */
  constructor(size: number) {
    this.#scores = new Float64Array(size);
    this.#touched = new Int32Array(size);
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
    return this.#scores.length;
  }

  /** How many documents have a score. */
  get count(): number {
    return this.#count;
  }

  /** Documents with a score, in the order they got one. */
  get touched(): readonly number[] {
    return Array.from(this.#touched.subarray(0, this.#count));
  }

  /** The document that got the n-th score, from 0. */
  touchedAt(n: number): number {
    return this.#touched[n] ?? -1;
  }

  /** Adds a positive score. */
  add(document: number, score: number): void {
    const before = this.#scores[document] ?? 0;
    if (before === 0) this.#touched[this.#count++] = document;
    this.#scores[document] = before + score;
  }

  of(document: number): number {
    return this.#scores[document] ?? 0;
  }

  clear(): void {
    for (let n = 0; n < this.#count; n++) this.#scores[this.#touched[n] ?? 0] = 0;
    this.#count = 0;
  }

  /** The best `limit`, best first; equal scores by document number, so that the order is always the same. */
  top(limit: number): Scored[] {
    const heap: Scored[] = [];
    for (let n = 0; n < this.#count; n++) {
      const document = this.#touched[n] ?? 0;
      const score = this.of(document);
      // Most are no match for the worst of the best, and need no object.
      if (heap.length >= limit && score < (heap[0]?.score ?? Infinity)) continue;
      const item = { document, score };
      if (heap.length < limit) siftUp(heap, heap.push(item) - 1);
      else if (isBetter(item, heap[0])) {
        heap[0] = item;
        siftDown(heap);
      }
    }
    return heap.sort((a, b) => (isBetter(a, b) ? -1 : 1));
  }
}

function isBetter(a: Scored, b: Scored | undefined): boolean {
  return !b || a.score > b.score || (a.score === b.score && a.document < b.document);
}

/** The heap holds the worst on top. */
function siftUp(heap: Scored[], at: number): void {
  for (let child = at; child > 0; ) {
    const parent = (child - 1) >> 1;
    if (!swapIfWorse(heap, parent, child)) return;
    child = parent;
  }
}

function siftDown(heap: Scored[]): void {
  for (let parent = 0; ; ) {
    const left = 2 * parent + 1;
    const right = left + 1;
    const leftItem = heap[left];
    if (!leftItem) return;
    const rightItem = heap[right];
    const worst = rightItem && isBetter(leftItem, rightItem) ? right : left;
    if (!swapIfWorse(heap, parent, worst)) return;
    parent = worst;
  }
}

function swapIfWorse(heap: Scored[], parent: number, child: number): boolean {
  const above = heap[parent];
  const below = heap[child];
  if (!above || !below || !isBetter(above, below)) return false;
  heap[parent] = below;
  heap[child] = above;
  return true;
}
