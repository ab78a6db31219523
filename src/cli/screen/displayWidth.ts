import stringWidth from "string-width";

/** Cells of a terminal that a text takes; styles take none, East Asian letters and most emoji two. */
export function displayWidth(text: string): number {
  return /^[ -~]*$/.test(text) ? text.length : stringWidth(text);
}
