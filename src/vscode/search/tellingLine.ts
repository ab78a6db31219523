/** Words of a question that are looked for in the lines: short ones are everywhere. */
const shortestWord = 3;

export interface TellingLine {
  /** Lines after the passage's first one. */
  readonly offset: number;
  /** Without the white space around it. */
  readonly text: string;
}

/** The line of a passage that has most of the searched words; of equal ones the first. A blank or bare one is no line to show. */
export function tellingLine(passage: string, searched: string): TellingLine {
  const words = new Set(searched.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter((word) => word.length >= shortestWord));
  let best: TellingLine = { offset: 0, text: "" };
  let most = -1;
  for (const [offset, line] of passage.split(/\r?\n/).entries()) {
    const text = line.trim();
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    const count = countIn(text.toLowerCase(), words);
    if (count > most) [best, most] = [{ offset, text }, count];
  }
  return best;
}

function countIn(line: string, words: ReadonlySet<string>): number {
  let count = 0;
  for (const word of words) if (line.includes(word)) count++;
  return count;
}
