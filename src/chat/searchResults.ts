import { t } from "../common/l10n";
import type { RetrievedChunk } from "../rag/ports";
import { citationOf, type CodePassage, passageOf } from "./codePassage";
import { docComment, lineOfSignature } from "./docComment";
import { newPassages } from "./heldCode";
import { rangeLabel } from "./rangeLabel";
import type { Citation } from "./types";
import { fenced } from "./userMessage";

/** Results that are shown with their code; the others are cited. */
const shown = 5;
/** Most lines of each. */
const mostLines = 14;

/** What stands in an answer's place when there is no model. */
export interface SearchResults {
  /** Markdown. All of it but the sentences that say what it is stands in the files. */
  readonly text: string;
  /** Best first. */
  readonly citations: readonly Citation[];
}

/** What the search found, said plainly to be that. `chunks`: best first; undefined: there was no search. */
export function searchResults(chunks: readonly RetrievedChunk[] | undefined): SearchResults {
  if (!chunks) return { text: t("No model is loaded, and code context is off, so nothing was searched."), citations: [] };
  const found = distinct(chunks);
  if (found.length === 0) return { text: t("No model is loaded, and the search found no code for this question."), citations: [] };
  const intro = t("No model is loaded. These are search results from the workspace, best first:");
  const text = [intro, ...found.slice(0, shown).map(resultText)].join("\n\n");
  return { text, citations: found.map((chunk, rank) => citationOf(passageOf(chunk, rank))) };
}

/** Without copies of what stands in a better one. */
function distinct(chunks: readonly RetrievedChunk[]): readonly RetrievedChunk[] {
  return newPassages(chunks).flatMap(({ rank }) => chunks[rank] ?? []);
}

/** Where it is and what it is called, what its author says of it, and its code from its definition on. */
function resultText(chunk: RetrievedChunk): string {
  const { symbol, signature, language } = chunk;
  const passage = passageOf(chunk, 0);
  const lines = chunk.text.split("\n");
  const at = signature === undefined ? -1 : lineOfSignature(lines, signature);
  const code = lines.slice(Math.max(0, at));
  const excerpt = code.slice(0, mostLines).join("\n");
  const comment = at < 0 ? undefined : docComment(lines, at, language);
  return [
    [`\`${rangeLabel(passage)}\``, ...(symbol === undefined ? [] : [codeSpan(symbol)])].join(" "),
    ...insideText(passage),
    ...commentText(comment, excerpt),
    fenced(excerpt, language),
    ...moreText(code.length - mostLines),
  ].join("\n\n");
}

/** A docstring shows in the code already. */
function commentText(comment: string | undefined, excerpt: string): readonly string[] {
  const [first] = comment?.split("\n", 1) ?? [];
  return comment === undefined || first === undefined || excerpt.includes(first) ? [] : [quoted(comment)];
}

function moreText(lines: number): readonly string[] {
  return lines > 0 ? [lines === 1 ? t("1 more line in the file.") : t("{0} more lines in the file.", lines)] : [];
}

function insideText({ inside }: CodePassage): readonly string[] {
  return inside === undefined ? [] : [t("Inside {0}:", codeSpan(inside))];
}

/** Doc comments are written as markdown, mostly. */
function quoted(text: string): string {
  return text
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
}

/** The marks are longer than any run of back-ticks inside. */
function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const marks = "`".repeat(longest + 1);
  return longest === 0 ? `${marks}${text}${marks}` : `${marks} ${text} ${marks}`;
}
