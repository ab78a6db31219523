import { writeFile } from "node:fs/promises";
import path from "node:path";
import { languageOf } from "../../../src/rag/languages";
import type { Definition, Syntax } from "../../../src/rag/syntax";
import { isSource } from "./commits";
import { draw } from "./draw";
import type { IndexedTree } from "./indexedTree";
import { seeded } from "../../fixtures/seeded";

/** A definition whose doc comment is the question. */
export interface DocTask {
  readonly path: string;
  /** The definition's first line once all doc comments are out. 1-based. */
  readonly line: number;
  readonly question: string;
}

interface LineSpan {
  /** 1-based, both included. */
  readonly first: number;
  readonly last: number;
}

interface Documented {
  readonly definition: Definition;
  readonly span: LineSpan;
  readonly question: string;
}

const leastWords = 6;
const mostCharacters = 300;

/**
 * Takes the doc comments out of all files of a tree, on disk, and returns some of them as questions for the definitions
 * that they stood on. Seeded; at most `count`.
 */
export async function stripDocs(tree: IndexedTree, syntax: Syntax, count: number, seed: number): Promise<readonly DocTask[]> {
  const tasks: DocTask[] = [];
  // In an order of their own, so that the same ones are drawn however the tree came about.
  for (const file of [...tree.files].sort()) {
    if (!isSource(file)) continue;
    const lines = tree.lines(file);
    const documented = await documentedDefinitions(lines, languageOf(file), syntax);
    if (documented.length === 0) continue;
    tasks.push(...documented.map((one) => ({ path: file, line: one.definition.startLine - removedBefore(one.definition.startLine, documented), question: one.question })));
    await writeFile(path.join(tree.root, file), `${without(lines, documented).join("\n")}\n`);
  }
  return draw(tasks, count, seeded(seed));
}

function removedBefore(line: number, documented: readonly Documented[]): number {
  return documented.reduce((sum, { span }) => sum + Math.max(0, Math.min(span.last, line - 1) - span.first + 1), 0);
}

function without(lines: readonly string[], documented: readonly Documented[]): string[] {
  return lines.filter((_, i) => !documented.some(({ span }) => span.first <= i + 1 && i + 1 <= span.last));
}

/** The definitions of a text that have a doc comment which says something. */
export async function documentedDefinitions(lines: readonly string[], language: string, syntax: Syntax): Promise<readonly Documented[]> {
  const definitions = (await syntax.definitions(lines.join("\n"), language)) ?? [];
  const seen = new Set<number>();
  return definitions.flatMap((definition) => {
    const span = definition.name === "" ? undefined : language === "python" ? docstring(lines, definition) : commentAbove(lines, definition);
    if (!span || seen.has(span.first)) return [];
    seen.add(span.first);
    const question = questionOf(lines.slice(span.first - 1, span.last), definition.name);
    return question === undefined ? [] : [{ definition, span, question }];
  });
}

const attribute = /^\s*(?:@\w|#!?\[)/;
const lineComment = /^\s*(?:\/\/|#(?!!?\[|include|define|if|endif|pragma))/;

function commentAbove(lines: readonly string[], { startLine }: Definition): LineSpan | undefined {
  const at = (line: number) => lines[line - 1] ?? "";
  let last = startLine - 1;
  while (last > 0 && attribute.test(at(last))) last--;
  let first = last + 1;
  if (/\*\/\s*$/.test(at(last))) {
    while (first > 1 && !/^\s*\/\*/.test(at(first))) first--;
    return /^\s*\/\*\*/.test(at(first)) && first <= last ? { first, last } : undefined;
  }
  while (first > 1 && lineComment.test(at(first - 1))) first--;
  return first <= last ? { first, last } : undefined;
}

function docstring(lines: readonly string[], { startLine, endLine }: Definition): LineSpan | undefined {
  for (let line = startLine + 1; line <= endLine; line++) {
    const text = (lines[line - 1] ?? "").trim();
    const quote = /^[rRuU]?("""|''')/.exec(text)?.[1];
    if (quote === undefined) {
      // The signature may go on; a body without a docstring may not.
      if (text !== "" && /:$/.test((lines[line - 2] ?? "").trim())) return undefined;
      continue;
    }
    const isWhole = text.indexOf(quote) !== text.lastIndexOf(quote);
    const last = isWhole ? line : lines.findIndex((other, i) => i >= line && other.includes(quote)) + 1;
    return last >= line && last < endLine ? { first: line, last } : undefined;
  }
  return undefined;
}

/** The first paragraph without comment marks, tags and the definition's own name; undefined when that says too little. */
function questionOf(comment: readonly string[], name: string): string | undefined {
  const plain = comment.map((line) => line.replace(/^\s*(?:\/\*+|\*+\/?|\/\/[/!]?|#+|[rRuU]?(?:"""|'''))?\s?/, "").replace(/\s*(?:\*\/|"""|''')\s*$/, ""));
  const start = plain.findIndex((line) => line.trim() !== "");
  const rest = plain.slice(Math.max(0, start));
  const end = rest.findIndex((line) => line.trim() === "" || /^\s*(?:@|:\w+|\.\. |Args:|Returns:|```)/.test(line));
  const text = rest.slice(0, end === -1 ? rest.length : end).join(" ").replace(/\s+/g, " ").trim();
  const question = withoutName(text, name).slice(0, mostCharacters);
  const isNote = /eslint|ts-ignore|ts-expect|istanbul|copyright|license|todo|fixme|@internal/i.test(question);
  return !isNote && (question.match(/\p{L}{2,}/gu) ?? []).length >= leastWords ? question : undefined;
}

/** A comment that begins with the name, as Go wants it, would give the answer away. */
function withoutName(text: string, name: string): string {
  const words = new Set(name.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? []);
  return text.replace(/[\p{L}\p{N}_$]+/gu, (word) => (words.has(word.toLowerCase()) ? "" : word)).replace(/\s+/g, " ").trim();
}
