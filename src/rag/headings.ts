import type { Definition } from "./syntax";

const atx = /^ {0,3}(#{1,6})\s+(.+?)(?:\s+#+)?\s*$/;
const fence = /^ {0,3}(`{3,}|~{3,})/;

/** The sections of a markdown text: each heading with all up to the next one of its level or above. */
export function markdownSections(lines: readonly string[]): readonly Definition[] {
  const headings = findHeadings(lines);
  return headings.map(({ name, level, line }, i) => {
    const next = headings.slice(i + 1).find((heading) => heading.level <= level);
    return { name, startLine: line, endLine: next ? next.line - 1 : lines.length };
  });
}

function findHeadings(lines: readonly string[]): { name: string; level: number; line: number }[] {
  const headings: { name: string; level: number; line: number }[] = [];
  let fenced: string | undefined;
  for (const [i, line] of lines.entries()) {
    const mark = fence.exec(line)?.[1];
    if (fenced !== undefined) {
      if (mark?.startsWith(fenced)) fenced = undefined;
    } else if (mark !== undefined) fenced = mark;
    else {
      const [, marks, name] = atx.exec(line) ?? underlined(line, lines[i + 1]);
      if (marks !== undefined && name !== undefined) headings.push({ name, level: marks.length, line: i + 1 });
    }
  }
  return headings;
}

/** A heading underlined with = or -. A line of dashes below a list, table or blank line is something else. */
function underlined(line: string, next: string | undefined): readonly string[] {
  if (!/^\s{0,3}[^\s>|#*+-]/.test(line) || next === undefined) return [];
  if (/^={2,}\s*$/.test(next)) return ["", "#", line.trim()];
  return /^-{3,}\s*$/.test(next) ? ["", "##", line.trim()] : [];
}
