/** A line that may yet turn out to be something else: "1", "-", "``", "|". */
const undecided = /^[ \t>]*(?:[-+*=_#`~|:\s]+|\d{1,9}[.)]?)[ \t]*$/;

/** The end of a text as it is shown while it is being written: marks that wait for their other half do not flash up. */
export function closeInline(text: string): string {
  const start = text.lastIndexOf("\n") + 1;
  const line = text.slice(start);
  const before = text.slice(0, start);
  if (undecided.test(line)) return before;
  return before + closed(line.replace(/\[([^\]\n]*)\]\([^)\n]*$/, "$1").replace(/(?<![\\*`_~])(?:[*`_~]{1,3}|!?\[)$/, ""));
}

function closed(line: string): string {
  const withoutCode = line.replaceAll(/(`+)(?:(?!\1).)*\1(?!`)/g, "");
  const code = /`+/.exec(withoutCode)?.[0];
  if (code !== undefined) return line + code;
  const strong = (withoutCode.match(/\*\*/g) ?? []).length % 2 === 1;
  return strong && !/\s$/.test(line) ? `${line}**` : line;
}
