/** Breaks lines that are longer than `width` characters at a space; words that are longer stay whole. Line ends of the text stay. */
export function wrapText(text: string, width: number): string {
  return text.split("\n").map((line) => wrapLine(line, width)).join("\n");
}

/** What a list's item goes on with stands below its text. */
function wrapLine(line: string, width: number): string {
  if (line.length <= width) return line;
  const lead = /^\s*(?:[-*]\s+|\d+[.)]\s+)?/.exec(line)?.[0] ?? "";
  const indent = " ".repeat(lead.length);
  const lines: string[] = [];
  let current = "";
  for (const word of line.slice(lead.length).split(/\s+/).filter(Boolean)) {
    if (current !== "" && lead.length + current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else {
      current = current === "" ? word : `${current} ${word}`;
    }
  }
  lines.push(current);
  return lines.map((one, at) => (at === 0 ? lead : indent) + one).join("\n");
}
