import { hunksBetween, splitLines } from "./hunks";

/** Characters from `start` up to `end` give way to `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The edits that turn one text into another and touch no other line. In order, apart from each other, positions in `before`. */
export function minimalEdits(before: string, after: string): readonly TextEdit[] {
  const starts = lineStarts(before);
  return hunksBetween(before, after).map(({ originalStart, originalLines, proposedLines }) => ({
    start: starts[originalStart] ?? before.length,
    end: starts[originalStart + originalLines.length] ?? before.length,
    text: proposedLines.join(""),
  }));
}

function lineStarts(text: string): readonly number[] {
  let at = 0;
  return splitLines(text).map((line) => {
    const start = at;
    at += line.length;
    return start;
  });
}
