/** A line that may yet become a list, a rule, a heading, a table or the end of a code block. */
const undecidedLine = /^[ \t>]*[-=#*+_`~|:.\d)(\s]*$/;
/** A code block begins, and the name of its language may go on. */
const fenceLine = /^[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:`{3,}|~{3,})/;
/** Marks at the end of a text that grows: how many there will be is not known. */
const undecidedMarks = /[*_`~]+$/;

/** A text that is being written without what cannot be told yet at its end. */
export function withoutUndecided(text: string): string {
  const lineStart = text.lastIndexOf("\n") + 1;
  const line = text.slice(lineStart);
  return undecidedLine.test(line) || fenceLine.test(line) ? text.slice(0, lineStart) : text.slice(0, lineStart) + line.replace(undecidedMarks, "");
}

/** The text with the bold, italic and code closed that its last paragraph has open, so that it looks at once as it will. */
export function withClosedMarks(text: string): string {
  const start = Math.max(text.lastIndexOf("\n\n"), lastItem(text));
  const tail = text.slice(Math.max(0, start));
  const { openCode, rest } = codeSpans(tail);
  if (openCode !== "") return text + openCode;
  const closing = openEmphasis(rest);
  return closing === "" ? text : text.trimEnd() + closing;
}

function lastItem(text: string): number {
  return [...text.matchAll(/\n[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]/g)].at(-1)?.index ?? -1;
}

/** The backticks that are open at the end, and the text without its code. */
function codeSpans(text: string): { readonly openCode: string; readonly rest: string } {
  let openCode = "";
  let rest = "";
  let from = 0;
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    if (openCode === "") {
      rest += text.slice(from, index);
      openCode = run;
    } else if (run === openCode) openCode = "";
    from = index + run.length;
  }
  return { openCode, rest: openCode === "" ? rest + text.slice(from) : rest };
}

function openEmphasis(text: string): string {
  const strong = [...text.matchAll(/\*\*/g)];
  const last = strong.at(-1);
  const bold = strong.length % 2 === 1 && last !== undefined && /^\*\*\S/.test(text.slice(last.index)) ? "**" : "";
  const single = text.replaceAll("**", "  ");
  const opened = [...single.matchAll(/(?:^|[\s(])\*(?=[^\s*])/g)].length;
  const closed = [...single.matchAll(/[^\s*]\*(?=[\s.,;:!?)]|$)/g)].length;
  return (opened > closed ? "*" : "") + bold;
}
