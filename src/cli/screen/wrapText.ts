import wrapAnsi from "wrap-ansi";

/** Rows of at most `width` cells, broken at spaces where there are any; styles end and begin again at each break. */
export function wrapText(text: string, width: number): readonly string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true }).split("\n");
}

/** The same with longer words left whole, each on a row of its own, so that a path can be taken from it. */
export function wrapWords(text: string, width: number): readonly string[] {
  const words = text.replace(/\s+/g, " ").trim();
  return words === "" ? [] : wrapAnsi(words, Math.max(1, width)).split("\n");
}

/** Like `wrapText` with every space kept and every row filled, as a terminal breaks its rows. */
export function wrapCells(text: string, width: number): readonly string[] {
  return wrapAnsi(text, Math.max(1, width), { hard: true, trim: false, wordWrap: false }).split("\n");
}
