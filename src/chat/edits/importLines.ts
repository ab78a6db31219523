/** A statement that brings names in, of one or more lines. */
export interface ImportStatement {
  /** 0-based, `end` excluded. */
  readonly start: number;
  readonly end: number;
  /** Where the names come from; the statement itself where it names nothing else. */
  readonly source: string;
}

const opening = /^(?:import\b|from\s+\S+\s+import\b|using\s+[\w.=]|use\s+\w|#include\b|(?:const|let|var)\s+.*=\s*require\()/;
const source = /["'<]([^"'<>]+)["'>]\)?;?\s*$|^from\s+(\S+)\s+import/;
const mostLines = 40;

/** The import statements of a text that stand at its margin. */
export function importsIn(lines: readonly string[]): readonly ImportStatement[] {
  const found: ImportStatement[] = [];
  for (let start = 0; start < lines.length; start++) {
    if (!opening.test(lines[start] ?? "")) continue;
    const end = endOf(lines, start);
    const text = lines.slice(start, end).join(" ").trim();
    const [, quoted, module] = source.exec(text) ?? [];
    found.push({ start, end, source: quoted ?? module ?? text });
    start = end - 1;
  }
  return found;
}

function endOf(lines: readonly string[], start: number): number {
  const first = lines[start] ?? "";
  const opened = /[{(][^})]*$/.test(first);
  if (!opened) return start + 1;
  const closed = lines.slice(start + 1, start + mostLines).findIndex((line) => /[})]/.test(line));
  return closed === -1 ? start + 1 : start + closed + 2;
}
