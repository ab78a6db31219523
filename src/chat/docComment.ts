/** Most lines of a comment that are shown. */
const mostLines = 8;
/** A header of more lines than these is not followed to its docstring. */
const mostHeaderLines = 15;

const hashLanguages = new Set(
  "coffeescript dockerfile elixir graphql julia makefile perl powershell python r ruby shellscript terraform toml yaml".split(" "),
);
const dashLanguages = new Set(["haskell", "lua", "sql"]);

const attribute = /^\s*(?:@\w|#!?\[|\[\w+.*\]\s*$)/;
/** What a comment says to a tool. */
const directive = /^(?:eslint|@ts-|prettier|tslint|istanbul|noqa|type:|pylint|nolint|go:|biome|[cv]8 ignore|#!)/;
/** From here on a comment speaks of parameters and the like. */
const tag = /^(?:[@\\]\w|:\w+[^:]*:|(?:Args|Arguments|Parameters|Returns?|Raises|Throws|Examples?):?\s*$)/;

/** The line of a text at which a definition begins, from 0; -1 when it begins elsewhere. The signature may be cut at its end. */
export function lineOfSignature(lines: readonly string[], signature: string): number {
  return lines.findIndex((line) => line.trim().startsWith(signature));
}

/**
 * What the author wrote of the definition that begins at line `at`, from 0: the comment right above it, or its
 * docstring; without comment marks and without what it says of parameters. Undefined when there is none.
 */
export function docComment(lines: readonly string[], at: number, language: string): string | undefined {
  const comment = (language === "python" ? docstring(lines, at) : undefined) ?? commentAbove(lines, at, language);
  const said = comment.filter((line) => !directive.test(line));
  const start = said.findIndex((line) => line !== "");
  if (start < 0) return undefined;
  const end = said.findIndex((line, i) => i >= start && tag.test(line));
  const text = said.slice(start, end < 0 ? said.length : end);
  while (text.at(-1) === "") text.pop();
  if (text.length === 0) return undefined;
  return text.length > mostLines ? [...text.slice(0, mostLines), "…"].join("\n") : text.join("\n");
}

function commentAbove(lines: readonly string[], at: number, language: string): readonly string[] {
  let last = at - 1;
  while (last >= 0 && attribute.test(lines[last] ?? "")) last--;
  if (/\*\/\s*$/.test(lines[last] ?? "")) return blockComment(lines, last);
  const mark = lineMark(language);
  let first = last + 1;
  while (first > 0 && mark.test(lines[first - 1] ?? "")) first--;
  return lines.slice(first, last + 1).map((line) => line.replace(mark, "").trim());
}

function blockComment(lines: readonly string[], last: number): readonly string[] {
  let first = last;
  while (first > 0 && !/^\s*\/\*/.test(lines[first] ?? "")) first--;
  if (!/^\s*\/\*/.test(lines[first] ?? "")) return [];
  return lines.slice(first, last + 1).map((line) =>
    line
      .replace(/\s*\*+\/\s*$/, "")
      .replace(/^\s*(?:\/\*+!?|\*+)/, "")
      .trim(),
  );
}

function lineMark(language: string): RegExp {
  if (hashLanguages.has(language)) return /^\s*#+/;
  return dashLanguages.has(language) ? /^\s*--+/ : /^\s*\/\/+!?/;
}

/** Undefined when the definition has none. */
function docstring(lines: readonly string[], at: number): readonly string[] | undefined {
  const headerEnd = lines.slice(at, at + mostHeaderLines).findIndex((line) => /:\s*(?:#.*)?$/.test(line));
  const first = lines.findIndex((line, i) => headerEnd >= 0 && i > at + headerEnd && line.trim() !== "");
  const opening = /^\s*[rRuU]?("""|''')/.exec(lines[first] ?? "");
  const [mark, quote] = opening ?? [];
  if (mark === undefined || quote === undefined) return undefined;
  const text = [(lines[first] ?? "").slice(mark.length), ...lines.slice(first + 1)];
  const end = text.findIndex((line) => line.includes(quote));
  const said = end < 0 ? text : [...text.slice(0, end), (text[end] ?? "").split(quote, 1)[0] ?? ""];
  return said.map((line) => line.trim());
}
