import { type CodePassage, mergePassages } from "./codePassage";
import { codeBlock, codeContext } from "./userMessage";

/** Counts tokens, each time with one request. */
export interface CodeMeter {
  /** Of each of these texts. */
  count(texts: readonly string[]): Promise<readonly number[]>;
  /** Of the code in front of a question, as the prompt will hold it. */
  measure(codeText: string): Promise<number>;
}

/** What merging saves is handed out again, but not without end. */
const mostRounds = 4;

/** Tokens that each passage takes at most: with a header of its own. */
export function costsOf(passages: readonly CodePassage[], meter: Pick<CodeMeter, "count">): Promise<readonly number[]> {
  return passages.length === 0 ? Promise.resolve([]) : meter.count(passages.map((passage) => `${codeBlock(passage)}\n\n`));
}

/**
 * Takes passages best first while they fit, skipping one that does not, and merges those that touch; best last. What is
 * taken is measured as it will stand in the prompt, so that it fills the budget and never goes over it. The best one is
 * cut at a line where it is too long for itself.
 *
 * @param found best first (`newPassages`)
 * @param budget in tokens
 */
export async function packCode(found: readonly CodePassage[], budget: number, meter: CodeMeter): Promise<readonly CodePassage[]> {
  const costs = await costsOf(found, meter);
  const left = new Map(found.map((passage, i) => [passage, costs[i] ?? Infinity]));
  if ((costs[0] ?? 0) > budget) return cutToFit(found, costs, budget, meter);
  let taken: readonly CodePassage[] = [];
  let room = budget;
  for (let round = 0; round < mostRounds; round++) {
    const more = fitting(left, room);
    if (more.length === 0) break;
    const tried = [...taken, ...more];
    room = budget - (await meter.measure(codeContext(mergePassages(tried))));
    if (room < 0) return mergePassages(await withoutWorst(tried, budget, meter));
    taken = tried;
    for (const passage of more) left.delete(passage);
  }
  return mergePassages(taken);
}

/** Fewer lines say nothing. */
const leastLines = 4;

/** The best passage is mostly what was asked for: rather its first lines than none of it. */
async function cutToFit([best, ...others]: readonly CodePassage[], [cost = 0, ...costs]: readonly number[], budget: number, meter: CodeMeter): Promise<readonly CodePassage[]> {
  const lines = best?.text.split("\n") ?? [];
  // Lines are of unequal length, so what is left of them is measured.
  for (let kept = Math.floor((lines.length * budget) / cost); best && kept >= leastLines; kept = Math.floor(kept * 0.85)) {
    const cut = { ...best, text: lines.slice(0, kept).join("\n"), endLine: best.startLine + kept - 1 };
    if ((await meter.measure(codeContext([cut]))) <= budget) return [cut];
  }
  return others.length === 0 ? [] : packCode(others.filter((_, i) => (costs[i] ?? Infinity) <= budget), budget, meter);
}

function fitting(costs: ReadonlyMap<CodePassage, number>, room: number): readonly CodePassage[] {
  let left = room;
  return [...costs].flatMap(([passage, cost]) => {
    if (cost > left) return [];
    left -= cost;
    return [passage];
  });
}

/** The header above the code, and tokens across a border, can make the whole a little more than its parts. */
async function withoutWorst(passages: readonly CodePassage[], budget: number, meter: CodeMeter): Promise<readonly CodePassage[]> {
  const best = [...passages].sort((a, b) => a.rank - b.rank);
  do best.pop();
  while (best.length > 0 && (await meter.measure(codeContext(mergePassages(best)))) > budget);
  return best;
}
