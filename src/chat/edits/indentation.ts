/** The white space that a line begins with. */
export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** The least indentation of the lines that have text; empty where there are none. */
export function commonIndent(lines: readonly string[]): string {
  const indents = lines.filter((line) => line.trim() !== "").map(indentOf);
  return indents.reduce((least, one) => (one.length < least.length ? one : least), indents[0] ?? "");
}

/** The lines moved as a whole, so that the least indented one begins with `indent`. */
export function reindent(lines: readonly string[], indent: string): readonly string[] {
  const common = commonIndent(lines);
  if (common === indent) return lines;
  return lines.map((line) => (line.trim() === "" ? line.trim() : indent + line.slice(common.length)));
}
