export interface Scored {
  readonly document: number;
  readonly score: number;
}

/** Scores of numbered documents, dense; remembers which have one. */
export class ScoreBoard {
  readonly #scores: Float64Array;
  readonly #touched: number[] = [];

  /** Documents are numbered from 0 to `size` - 1. */
  constructor(size: number) {
    this.#scores = new Float64Array(size);
  }

  /** Documents with a score, in the order they got one. */
  get touched(): readonly number[] {
    return this.#touched;
  }

  /** Adds a positive score. */
  add(document: number, score: number): void {
    const before = this.#scores[document] ?? 0;
    if (before === 0) this.#touched.push(document);
    this.#scores[document] = before + score;
  }

  of(document: number): number {
    return this.#scores[document] ?? 0;
  }

  clear(): void {
    for (const document of this.#touched) this.#scores[document] = 0;
    this.#touched.length = 0;
  }

  /** The best `limit`, best first; equal scores by document number, so that the order is always the same. */
  top(limit: number): Scored[] {
    const heap: Scored[] = [];
    for (const document of this.#touched) {
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
