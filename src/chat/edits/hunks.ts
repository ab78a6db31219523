import { diffArrays } from "diff";

/** Lines of one text that stand in the place of lines of another. Lines are 0-based; an empty list is a place between lines. */
export interface Hunk {
  readonly originalStart: number;
  readonly originalLines: readonly string[];
  readonly proposedStart: number;
  readonly proposedLines: readonly string[];
}

/** Texts that differ in more lines than this are one hunk: comparing them would take seconds. */
const mostDifferences = 3000;

/** Lines with their ends, so that joined they are the text again. The last one has no end where the text has none. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** What turns `original` into `proposed`, from the top; lines that are changed one after the other are one hunk. */
export function hunksBetween(original: string, proposed: string): readonly Hunk[] {
  const [before, after] = [splitLines(original), splitLines(proposed)];
  const front = commonFront(before, after);
  const back = commonBack(before.slice(front), after.slice(front));
  return middleHunks(before.slice(front, before.length - back), after.slice(front, after.length - back), front);
}

/** The line behind a hunk's lines. */
export function originalEnd({ originalStart, originalLines }: Hunk): number {
  return originalStart + originalLines.length;
}

export function proposedEnd({ proposedStart, proposedLines }: Hunk): number {
  return proposedStart + proposedLines.length;
}

/** Equal lines at both ends are left out of the comparison, which makes the usual case cheap. */
function middleHunks(before: readonly string[], after: readonly string[], offset: number): readonly Hunk[] {
  if (before.length === 0 && after.length === 0) return [];
  const whole: Hunk = { originalStart: offset, originalLines: before, proposedStart: offset, proposedLines: after };
  if (before.length === 0 || after.length === 0) return [whole];
  const changes = diffArrays([...before], [...after], { maxEditLength: mostDifferences });
  return changes ? gather(changes, offset) : [whole];
}

interface Change {
  readonly value: readonly string[];
  readonly added: boolean;
  readonly removed: boolean;
}

function gather(changes: readonly Change[], offset: number): readonly Hunk[] {
  const hunks: Hunk[] = [];
  let [originalStart, proposedStart] = [offset, offset];
  let [originalLines, proposedLines]: [string[], string[]] = [[], []];
  const close = () => {
    if (originalLines.length + proposedLines.length > 0) hunks.push({ originalStart, originalLines, proposedStart, proposedLines });
    originalStart += originalLines.length;
    proposedStart += proposedLines.length;
    [originalLines, proposedLines] = [[], []];
  };
  for (const { value, added, removed } of changes) {
    if (added) proposedLines.push(...value);
    else if (removed) originalLines.push(...value);
    else {
      close();
      originalStart += value.length;
      proposedStart += value.length;
    }
  }
  close();
  return hunks;
}

function commonFront(one: readonly string[], other: readonly string[]): number {
  const at = one.findIndex((line, index) => line !== other[index]);
  return at === -1 ? one.length : at;
}

function commonBack(one: readonly string[], other: readonly string[]): number {
  let length = 0;
  while (length < Math.min(one.length, other.length) && one[one.length - 1 - length] === other[other.length - 1 - length]) length++;
  return length;
}
