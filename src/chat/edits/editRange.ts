import { definitionsIn } from "./definitions";

/** Lines, 0-based, `end` excluded; empty: a place between lines. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** A definition that is longer is not taken as a whole. */
const mostLines = 80;

/** What an action at the cursor is about: the innermost definition around it with its comment, otherwise its line. */
export function rangeAround(lines: readonly string[], line: number): LineRange {
  const around = definitionsIn(lines)
    .filter(({ lead, end }) => line >= lead && line < end && end - lead <= mostLines && end - lead > 1)
    .toSorted((a, b) => a.end - a.lead - (b.end - b.lead));
  const [inner] = around;
  return inner ? { start: inner.lead, end: inner.end } : { start: line, end: Math.min(line + 1, lines.length) };
}

/** What an edit at the cursor changes: nothing on an empty line, where new code is wanted, otherwise what is around it. */
export function editRangeAt(lines: readonly string[], line: number): LineRange {
  return (lines[line] ?? "").trim() === "" ? { start: line, end: line } : rangeAround(lines, line);
}
