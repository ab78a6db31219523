import { definitionsIn } from "./definitions";
import { splitAtElisions } from "./elision";
import { indentOf } from "./indentation";

/** Lines of the file that a run of the code takes the place of, `end` excluded. */
interface Place {
  readonly start: number;
  readonly end: number;
}

/**
 * The file with code in it that leaves lines out by comments such as "// ... existing code ...". Each run of lines is
 * laid over the lines of the file that it shares its first and last known lines with; what lies between stays.
 * Undefined: the code leaves nothing out, or a run has no line that the file has.
 */
export function mergeElided(file: readonly string[], code: readonly string[]): readonly string[] | undefined {
  const runs = splitAtElisions(code);
  if (!runs || runs.length === 0) return undefined;
  const shifted = runs.map((run) => shift(run, indentShift(file, code)));
  const merged: string[] = [];
  let at = 0;
  for (const run of shifted) {
    const place = placeOf(file, run, at);
    if (!place) return undefined;
    merged.push(...file.slice(at, place.start), ...run);
    at = place.end;
  }
  return [...merged, ...file.slice(at)];
}

function placeOf(file: readonly string[], run: readonly string[], from: number): Place | undefined {
  const known = telling(file, run, from);
  const first = known[0] ?? headOf(file, run, from);
  if (!first) return closing(file, run, from);
  const last = known.at(-1) ?? first;
  return { start: growUp(file, run, first, from), end: growDown(file, run, last) };
}

interface Pair {
  readonly inRun: number;
  readonly inFile: number;
}

/** Lines with something to say that stand in the file in the same order. */
function telling(file: readonly string[], run: readonly string[], from: number): readonly Pair[] {
  const pairs: Pair[] = [];
  let next = from;
  run.forEach((line, inRun) => {
    if (!isTelling(line)) return;
    const inFile = file.indexOf(line, next);
    if (inFile === -1) return;
    pairs.push({ inRun, inFile });
    next = inFile + 1;
  });
  return pairs;
}

/** A head that reads otherwise than in the file, by the name it defines. */
function headOf(file: readonly string[], run: readonly string[], from: number): Pair | undefined {
  const [head] = definitionsIn(run);
  if (!head) return undefined;
  const [found, ...more] = definitionsIn(file).filter(({ name, start }) => name === head.name && start >= from);
  return found && more.length === 0 ? { inRun: head.start, inFile: found.start } : undefined;
}

/** A run that only ends what the one before it began: its last line is the next one like it. */
function closing(file: readonly string[], run: readonly string[], from: number): Place | undefined {
  const last = run.at(-1);
  const at = last === undefined || from === 0 ? -1 : file.indexOf(last, from);
  return at === -1 ? undefined : { start: at, end: at + 1 };
}

/** Lines such as a bracket alone count where they stand right before what was found. */
function growUp(file: readonly string[], run: readonly string[], { inRun, inFile }: Pair, from: number): number {
  let grown = 0;
  while (inFile - grown > from && grown < inRun && file[inFile - grown - 1] === run[inRun - grown - 1]) grown++;
  return inFile - grown;
}

/** The brackets that end the run are the next ones like them. */
function growDown(file: readonly string[], run: readonly string[], { inRun, inFile }: Pair): number {
  let end = inFile + 1;
  for (const line of run.slice(inRun + 1)) {
    if (line.trim() === "") continue;
    const at = isTelling(line) ? -1 : file.indexOf(line, end);
    if (at !== -1) end = at + 1;
  }
  return end;
}

function isTelling(line: string): boolean {
  return (line.match(/\w/g)?.length ?? 0) >= 3;
}

/** How far the file stands further in than the code, by the first line that both have. */
function indentShift(file: readonly string[], code: readonly string[]): string {
  for (const line of code.filter(isTelling)) {
    const found = file.find((other) => other.trim() === line.trim());
    if (found === undefined) continue;
    const [own, wanted] = [indentOf(line), indentOf(found)];
    return wanted.endsWith(own) ? wanted.slice(0, wanted.length - own.length) : "";
  }
  return "";
}

function shift(lines: readonly string[], indent: string): readonly string[] {
  return indent === "" ? lines : lines.map((line) => (line.trim() === "" ? line : indent + line));
}
