import type { TokenRange } from "./runtime";
import type { RowContent } from "./states/savedStates";
import { commonFront } from "./states/tokenFront";

/** What has to be done to a KV cache row so that it holds the front of a prompt; the rest of the prompt is evaluated. */
export interface CachePlan {
  /** Tokens of the row that stay: as many of the prompt need no evaluation. */
  readonly reused: number;
  /** Positions that go, ascending and apart from each other, all in one erase. */
  readonly erase: readonly TokenRange[];
  /** Tokens erased at the end of the row: what a fork leaves behind. */
  readonly tail: number;
}

export interface PlanOptions {
  /** Whether parts may be cut out of the middle, so that what stands behind them moves up. */
  readonly cuts: boolean;
  /** Tokens at the end of the prompt that are evaluated in any case: 1 where the next token is drawn from them. */
  readonly evaluateAtLeast: number;
}

/** One way through a row: how much of the prompt it keeps, what it cuts out, and where in the row it ends. */
interface Path {
  readonly kept: number;
  readonly cuts: readonly TokenRange[];
  readonly end: number;
}

/**
 * Keeps as much of a row as it can. The longest common front stays; besides, whole parts whose key the prompt no longer
 * has may be cut out, as long as what stands behind them is again what the prompt goes on with.
 */
export function planCache(held: RowContent, wanted: RowContent, options: PlanOptions): CachePlan {
  const front = commonFront(held.tokens, wanted.tokens);
  const straight: Path = { kept: front, cuts: [], end: front };
  const most = Math.max(0, wanted.tokens.length - options.evaluateAtLeast);
  const path = options.cuts ? keepFirstPosition(longestPath(held, wanted, straight), held.tokens) : straight;
  return toPlan(path ?? straight, held.tokens.length, most);
}

/** Tries every choice of parts to cut; ways that keep equally much of the prompt at the same place count as one. */
function longestPath(held: RowContent, wanted: RowContent, straight: Path): Path {
  const wantedKeys = new Set(wanted.parts.map(({ key }) => key));
  let best = straight;
  let open: readonly Path[] = [{ kept: 0, cuts: [], end: 0 }];
  let start = 0;
  for (const { key, length } of held.parts) {
    const end = start + length;
    const next = new Map<number, Path>();
    for (const path of open) {
      const kept = follow(held.tokens, start, end, wanted.tokens, path);
      if (kept.end === end) setIfNew(next, kept);
      else best = longer(best, kept);
      if (!wantedKeys.has(key)) setIfNew(next, { kept: path.kept, cuts: [...path.cuts, { start, end }], end });
    }
    open = [...next.values()];
    start = end;
  }
  return open.map((path) => follow(held.tokens, start, held.tokens.length, wanted.tokens, path)).reduce(longer, best);
}

function follow(held: readonly number[], start: number, end: number, wanted: readonly number[], { kept, cuts }: Path): Path {
  let at = start;
  while (at < end && kept + at - start < wanted.length && held[at] === wanted[kept + at - start]) at++;
  return { kept: kept + at - start, cuts, end: at };
}

function setIfNew(paths: Map<number, Path>, path: Path): void {
  if (!paths.has(path.kept)) paths.set(path.kept, path);
}

function longer(best: Path, other: Path): Path {
  return other.kept > best.kept ? other : best;
}

/**
 * The library evaluates everything anew when position 0 is erased. Where what moves up begins with the same token, the
 * first one stays and its double goes instead; undefined where it does not.
 */
function keepFirstPosition(path: Path, held: readonly number[]): Path | undefined {
  const [first, ...rest] = joinRanges(path.cuts);
  if (first?.start !== 0 || path.kept === 0) return path;
  if (held[0] !== held[first.end]) return undefined;
  return { ...path, cuts: [{ start: 1, end: first.end + 1 }, ...rest] };
}

function toPlan(path: Path, length: number, most: number): CachePlan {
  const reused = Math.min(path.kept, most);
  const end = lastKept(path, path.kept - reused);
  const erase = joinRanges([...path.cuts.filter(({ start }) => start < end), { start: end, end: length }]);
  return { reused, erase, tail: length - end };
}

/** Where the row's kept tokens end when the last `fewer` of them go too. */
function lastKept({ cuts, end }: Path, fewer: number): number {
  for (const cut of joinRanges(cuts).toReversed()) {
    if (end - fewer > cut.end) break;
    fewer -= end - cut.end;
    end = cut.start;
  }
  return end - fewer;
}

function joinRanges(ranges: readonly TokenRange[]): TokenRange[] {
  const joined: TokenRange[] = [];
  for (const range of ranges) {
    const last = joined.at(-1);
    if (range.start === range.end) continue;
    if (last?.end === range.start) joined[joined.length - 1] = { start: last.start, end: range.end };
    else joined.push(range);
  }
  return joined;
}
