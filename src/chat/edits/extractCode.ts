import { isProse } from "./prose";

const fence = /^[ \t]*(`{3,}|~{3,})[ \t]*([^\n`]*)(?:\n|$)/m;
/** What a model says to itself before it answers. While the answer comes, its end may be missing. */
const reasoning = /<(think|thinking|reasoning)>[\s\S]*?(?:<\/\1>|$)/g;

/**
 * The code of an answer: what stands in its first fenced block, which may be unclosed while the answer comes; without a
 * fence the whole answer, unless that is prose. Undefined: there is none (yet). Ends without a line end.
 *
 * @param language id of the language that is expected; text may read like prose
 */
export function extractCode(answer: string, language = ""): string | undefined {
  const said = answer.replaceAll("\r\n", "\n").replaceAll(reasoning, "");
  const opening = fence.exec(said);
  if (!opening) return isProse(said, language) ? undefined : cleanCode(said);
  const [whole, marks = "```"] = opening;
  return withoutLanguage(untilClosed(said.slice(opening.index + whole.length), marks).split("\n"));
}

/** Without what a model puts around code although it is none: fences, the language's name on a line of its own, blank lines at both ends. */
export function cleanCode(code: string): string {
  const lines = code.replaceAll("\r\n", "\n").split("\n");
  const isWrapped = /^\s*(`{3,}|~{3,})/.test(lines[0] ?? "");
  return withoutLanguage(isWrapped ? lines.slice(1, isFence(lines.at(-1)) ? -1 : undefined) : lines);
}

function withoutLanguage(lines: readonly string[]): string {
  const named = lines.length > 1 && languageNames.has((lines[0] ?? "").trim().toLowerCase());
  return trimBlank(named ? lines.slice(1) : lines).join("\n");
}

function untilClosed(text: string, marks: string): string {
  const lines = text.split("\n");
  const closed = lines.findIndex((line) => line.trim().startsWith(marks) && line.trim().replaceAll(marks[0] ?? "`", "") === "");
  if (closed !== -1) return lines.slice(0, closed).join("\n");
  // The closing fence may be on its way.
  return isPartOf(lines.at(-1)?.trim() ?? "", marks) ? lines.slice(0, -1).join("\n") : text;
}

function isPartOf(end: string, marks: string): boolean {
  return end !== "" && marks.startsWith(end);
}

function isFence(line: string | undefined): boolean {
  return /^\s*(`{3,}|~{3,})\s*$/.test(line ?? "");
}

function trimBlank(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line.trim() !== "");
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line.trim() !== "") + 1);
}

const languageNames: ReadonlySet<string> = new Set(
  "typescript javascript tsx jsx ts js python py rust rs golang java kotlin csharp c# cpp c++ ruby php swift scala html css scss json yaml sql bash shell sh".split(" "),
);
