/** The line end that a text has most of; the platform does not count. */
export function endOfLine(text: string): "\n" | "\r\n" {
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return windows * 2 > all ? "\r\n" : "\n";
}

/** The text with one line end throughout. */
export function withEndOfLine(text: string, end: "\n" | "\r\n"): string {
  return text.replaceAll(/\r\n|\r|\n/g, end);
}

const byteOrderMark = "\uFEFF";

/**
 * `text` in the manner of `original`: its line ends, a byte order mark where it has one, and an end of the last line
 * where it has one.
 */
export function inMannerOf(original: string, text: string): string {
  const plain = text.startsWith(byteOrderMark) ? text.slice(1) : text;
  const mark = original.startsWith(byteOrderMark) ? byteOrderMark : "";
  const body = withEndOfLine(plain, endOfLine(original));
  if (!original.endsWith("\n") || body === "" || body.endsWith("\n")) return mark + body;
  return mark + body + endOfLine(original);
}
