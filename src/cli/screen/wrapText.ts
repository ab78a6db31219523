import wrapAnsi from "wrap-ansi";

/** Rows of at most `width` cells, broken at spaces where there are any; styles end and begin again at each break. */
export function wrapText(text: string, width: number): readonly string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true }).split("\n");
}

/** The same with every space kept and every row filled, as a terminal breaks its rows. */
export function wrapCells(text: string, width: number): readonly string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: false, wordWrap: false }).split("\n");
}
