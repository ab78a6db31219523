import type { Definition } from "./definitions";

const atx = /^ {0,3}(#{1,6})\s+(.+?)(?:\s+#+)?\s*$/;
const fence = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const fenceEnd = /^ {0,3}(`{3,}|~{3,})\s*$/;

/** The sections of a markdown text: each heading with all up to the next one of its level or above. */
export function markdownSections(lines: readonly string[]): readonly Definition[] {
  const headings = findHeadings(lines);
  const ends = new Array<number>(headings.length).fill(lines.length);
  const open: number[] = [];
  for (const [i, { level, line }] of headings.entries()) {
    for (let top = open.at(-1); top !== undefined && (headings[top]?.level ?? 0) >= level; top = open.at(-1)) {
      ends[top] = line - 1;
      open.pop();
    }
    open.push(i);
  }
  return headings.map(({ name, line }, i) => ({ name, startLine: line, endLine: ends[i] ?? line }));
}

function findHeadings(lines: readonly string[]): { name: string; level: number; line: number }[] {
  const headings: { name: string; level: number; line: number }[] = [];
  let fenced: string | undefined;
  const first = afterFrontMatter(lines);
  for (const [i, line] of lines.entries()) {
    if (i < first) continue;
    const mark = fence.exec(line)?.[1];
    if (fenced !== undefined) {
      if (fenceEnd.exec(line)?.[1]?.startsWith(fenced)) fenced = undefined;
    } else if (mark !== undefined) fenced = mark;
    else {
      const [, marks, name] = atx.exec(line) ?? underlined(line, lines[i + 1]);
      if (marks !== undefined && name !== undefined) headings.push({ name, level: marks.length, line: i + 1 });
    }
  }
  return headings;
}

/** Settings between two lines of dashes at the very top would read as a heading. */
function afterFrontMatter(lines: readonly string[]): number {
  if (lines[0]?.trimEnd() !== "---") return 0;
  const end = lines.findIndex((line, i) => i > 0 && line.trimEnd() === "---");
  return end === -1 ? 0 : end + 1;
}

/** A heading underlined with = or -. A line of dashes below a list, table or blank line is something else. */
function underlined(line: string, next: string | undefined): readonly string[] {
  if (!/^\s{0,3}[^\s>|#*+-]/.test(line) || next === undefined) return [];
  if (/^={2,}\s*$/.test(next)) return ["", "#", line.trim()];
  return /^-{3,}\s*$/.test(next) ? ["", "##", line.trim()] : [];
}
