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
 * taken is measured as it will stand in the prompt, so that it fills the budget and never goes over it.
 *
 * @param passages best first (`newPassages`)
 * @param budget in tokens
 */
export async function packCode(passages: readonly CodePassage[], budget: number, meter: CodeMeter): Promise<readonly CodePassage[]> {
  const costs = await costsOf(passages, meter);
  const left = new Map(passages.map((passage, i) => [passage, costs[i] ?? Infinity]));
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
