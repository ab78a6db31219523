const bareDots = /^(?:\.\.\.|…)$/;
const commentDots = /^(?:\/\/|#|--|\/\*+|<!--|;|%|\{\s*\/\*)\s*(?:\.\.\.|…)/;
const comment = /^(?:\/\/|#|--|\/\*+|<!--|;|%|\{\s*\/\*)\s*(.*)$/;
const saysSo = /\b(?:existing (?:code|imports|content|methods|functions|implementation)|rest (?:of|is|remains|stays|unchanged)|(?:remains?|stays?|is|are) (?:unchanged|the same|as (?:is|before|it is))|unchanged|same as before|omitted for brevity|(?:other|remaining|previous) (?:code|methods|functions|imports|fields|members|properties|lines))\b/i;
const longest = 90;

/** Whether a line stands for lines of the file that are to stay, as "// ... existing code ..." does. */
export function isElision(line: string, before = ""): boolean {
  const text = line.trim();
  // The body of a stub in Python.
  if (bareDots.test(text)) return !before.trimEnd().endsWith(":");
  if (commentDots.test(text)) return true;
  const said = comment.exec(text)?.[1];
  return said !== undefined && text.length <= longest && saysSo.test(said);
}

/** The runs of lines between elisions, without blank lines at their ends; undefined where there is no elision. */
export function splitAtElisions(lines: readonly string[]): readonly (readonly string[])[] | undefined {
  const runs: string[][] = [[]];
  lines.forEach((line, at) => {
    if (isElision(line, lines[at - 1])) runs.push([]);
    else runs.at(-1)?.push(line);
  });
  return runs.length === 1 ? undefined : runs.map(withoutBlankEnds).filter((run) => run.length > 0);
}

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line.trim() !== "") + 1);
}
