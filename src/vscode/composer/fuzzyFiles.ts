/** How well a path answers what was typed; higher is better, undefined: not at all. Letters in order, wherever they stand. */
export function fuzzyScore(query: string, path: string): number | undefined {
  const wanted = query.toLowerCase().replaceAll("\\", "/").replaceAll(/\s+/g, "");
  return wanted === "" ? 0 : scoreOf(wanted, path, path.toLowerCase());
}

/** The best of the paths, at most `limit`, the best first; the shorter one where two are as good. */
export function bestPaths(query: string, paths: readonly string[], limit: number): readonly string[] {
  const wanted = query.toLowerCase().replaceAll("\\", "/").replaceAll(/\s+/g, "");
  if (wanted === "") return paths.slice(0, limit);
  const best: ScoredPath[] = [];
  for (const path of paths) {
    const score = scoreOf(wanted, path, path.toLowerCase());
    if (score !== undefined) keepBest(best, { path, score }, limit);
  }
  return best.map(({ path }) => path);
}

interface ScoredPath {
  readonly path: string;
  readonly score: number;
}

/** Puts it in its place among the best so far; most of many thousands are no better than the last of them. */
function keepBest(best: ScoredPath[], added: ScoredPath, limit: number): void {
  const last = best.at(-1);
  if (best.length >= limit && last && compare(added, last) > 0) return;
  const at = best.findIndex((other) => compare(added, other) < 0);
  best.splice(at < 0 ? best.length : at, 0, added);
  if (best.length > limit) best.pop();
}

function compare(a: ScoredPath, b: ScoredPath): number {
  return b.score - a.score || a.path.length - b.path.length || (a.path < b.path ? -1 : Number(a.path > b.path));
}

const inName = 1000;
const wholeName = 400;
const nameStart = 200;
const together = 100;

/** The name counts before the folders, letters that stand together before scattered ones, the start of a word before its middle. */
function scoreOf(wanted: string, path: string, lower: string): number | undefined {
  const at = lower.lastIndexOf("/", lower.length - 2) + 1;
  const name = lower.slice(at);
  const inside = name.indexOf(wanted);
  if (inside >= 0) return inName + together + (inside === 0 ? nameStart : 0) + (stemOf(name) === wanted || name === wanted ? wholeName : 0) - inside;
  const whole = lower.lastIndexOf(wanted);
  if (whole >= 0) return inName / 2 + together - (lower.length - whole) / 100;
  const scattered = scatteredScore(wanted, path.slice(at), name);
  return scattered === undefined ? scatteredScore(wanted, path, lower) : inName / 4 + scattered;
}

function stemOf(name: string): string {
  const dot = name.indexOf(".", 1);
  return dot < 0 ? name : name.slice(0, dot);
}

/** Undefined unless all letters come in their order. */
function scatteredScore(wanted: string, text: string, lower: string): number | undefined {
  let score = 0;
  let last = -2;
  for (const letter of wanted) {
    const at = lower.indexOf(letter, last + 1 < 0 ? 0 : last + 1);
    if (at < 0) return undefined;
    score += at === last + 1 ? 3 : startsWord(text, at) ? 2 : 0;
    last = at;
  }
  return score - (last - wanted.length) / 10;
}

/** After a separator, or a capital after a small letter. */
function startsWord(text: string, at: number): boolean {
  const [before, here] = [text[at - 1], text[at]];
  return before === undefined || /[\W_]/.test(before) || (here !== undefined && /[A-Z]/.test(here) && /[a-z]/.test(before));
}
