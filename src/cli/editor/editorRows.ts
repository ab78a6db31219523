import { displayWidth } from "../screen/displayWidth";
import type { Place } from "../screen/liveRegion";

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const tab = "    ";

export interface EditorText {
  readonly text: string;
  /** Index in the text. */
  readonly cursor: number;
  /** Stands before the first row; the others begin below the text. */
  readonly prompt: string;
}

export interface EditorRows {
  readonly rows: readonly string[];
  readonly cursor: Place;
}

/** The rows that a text takes on a terminal, broken where they are full, and where the cursor stands among them. */
export function editorRows({ text, cursor, prompt }: EditorText, columns: number): EditorRows {
  const indent = displayWidth(prompt);
  const width = Math.max(1, columns - indent);
  const rows: string[] = [""];
  let place: Place = { row: 0, column: 0 };
  let used = 0;
  const nextRow = () => {
    rows.push("");
    used = 0;
  };
  const advance = (index: number, cells: number) => {
    if (used + cells > width) nextRow();
    if (index === cursor) place = { row: rows.length - 1, column: used };
  };
  for (const { segment, index } of graphemes.segment(text)) {
    const shown = segment === "\t" ? tab : segment;
    const cells = segment === "\n" ? 0 : displayWidth(shown);
    advance(index, cells);
    if (segment === "\n") nextRow();
    else rows[rows.length - 1] = `${rows.at(-1) ?? ""}${shown}`;
    used += cells;
  }
  // The cursor behind the text needs a cell, too.
  if (cursor === text.length) advance(cursor, 1);
  const margin = " ".repeat(indent);
  return { rows: rows.map((row, at) => (at === 0 ? prompt : row === "" ? "" : margin) + row), cursor: { row: place.row, column: place.column + indent } };
}

/** The rows around the cursor where not all of them can be shown. */
export function aroundCursor({ rows, cursor }: EditorRows, height: number): EditorRows {
  if (rows.length <= height) return { rows, cursor };
  const first = Math.min(Math.max(0, cursor.row - Math.floor(height / 2)), rows.length - height);
  return { rows: rows.slice(first, first + height), cursor: { row: cursor.row - first, column: cursor.column } };
}
