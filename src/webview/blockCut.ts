import type { Token } from "markdown-it";
import { parseBlocks } from "./markdown";

/** Where what follows a cut belongs: into the blocks that were open there. */
export interface OpenBlocks {
  /** How many stand in one another. */
  readonly depth: number;
  /** What has to stand before the text that follows, so that it reads as it does in its place: the head of a table. */
  readonly prefix: string;
}

/** What can be drawn for good at the beginning of a text that grows. */
export type Cut =
  /** Nothing yet. */
  | { readonly kind: "none" }
  /** So many characters; `next` is what stays open, if anything does. */
  | { readonly kind: "blocks"; readonly length: number; readonly next: OpenBlocks | undefined }
  /** A code block begins after so many characters, and its first line ends after `codeStart`. */
  | { readonly kind: "fence"; readonly length: number; readonly codeStart: number; readonly fence: Fence };

export interface Fence {
  readonly info: string;
  /** "```", "~~~~". */
  readonly marks: string;
  /** Columns before it, which are taken off the lines inside. */
  readonly indent: number;
}

/** Longer paragraphs are cut: a model that does not stop must not make each frame dearer than the last. In characters. */
const longestParagraph = 4000;
/** The same of anything else that cannot be cut where it means nothing. */
const longestBlock = 16_000;

/**
 * Finds what can change no more. All but the last block of the complete lines; of a list, a quote and a table all but
 * the last item, block and row; and the line that opens a code block.
 * @param text may end in the middle of a line
 * @param open what the text goes on with
 */
export function findCut(text: string, open: OpenBlocks | undefined): Cut {
  const prefix = open?.prefix ?? "";
  const lines = prefix + text.slice(0, text.lastIndexOf("\n") + 1);
  const cut = cutLines(lines, prefix.length);
  if (cut.kind !== "none") return cut;
  return cutLong(text, isParagraph(prefix + text) ? longestParagraph : longestBlock);
}

function cutLines(lines: string, skipped: number): Cut {
  const tokens = parseBlocks(lines);
  const blocks = childrenOf(tokens, 0, 0);
  const last = blocks.at(-1);
  if (last === undefined) return { kind: "none" };
  const from = lineOffset(lines, firstLine(tokens, last));
  const fence = openFence(tokens[last], lines);
  if (fence) return { kind: "fence", length: Math.max(0, from - skipped), codeStart: lines.indexOf("\n", from) + 1 - skipped, fence };
  if (hasEnded(tokens[last], lines)) return { kind: "blocks", length: lines.length - skipped, next: undefined };
  if (from > skipped) return { kind: "blocks", length: from - skipped, next: undefined };
  return cutInside(tokens, last, lines, skipped);
}

/** Whether nothing that follows the lines can belong to their last block any more. */
function hasEnded(token: Token | undefined, lines: string): boolean {
  if (token?.type === "paragraph_open" || token?.type === "table_open") return /\n[ \t]*\n$/.test(lines);
  return token?.type === "heading_open" || token?.type === "hr" || token?.type === "fence";
}

/** Goes from the last block into the last one inside of it, and cuts at the outermost that has more than one child. */
function cutInside(tokens: readonly Token[], block: number, lines: string, skipped: number): Cut {
  for (let at: number | undefined = block, depth = 1; at !== undefined; depth++) {
    const token = tokens[at];
    if (token?.type === "table_open") return cutTable(tokens, at, lines, skipped, depth);
    if (!token || !/^(?:bullet_list|ordered_list|blockquote)_open$/.test(token.type)) return { kind: "none" };
    const children = childrenOf(tokens, at + 1, token.level + 1);
    const last = children.at(-1);
    const length = last === undefined ? 0 : lineOffset(lines, firstLine(tokens, last)) - skipped;
    if (length > 0 && keepsItsPlace(lines.slice(length + skipped), token)) return { kind: "blocks", length, next: { depth, prefix: "" } };
    at = last;
  }
  return { kind: "none" };
}

/** Whether a text that begins here reads as it does inside the block: a quote has its mark on every line but lazy ones. */
function keepsItsPlace(rest: string, { type, markup }: Token): boolean {
  return type === "blockquote_open" ? /^ {0,3}>/.test(rest) : /^(?: {0,3}>[ \t]?)* {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)/.test(rest) && markup !== "";
}

function cutTable(tokens: readonly Token[], table: number, lines: string, skipped: number, depth: number): Cut {
  const [start = 0] = tokens[table]?.map ?? [];
  const rows = tokens.flatMap(({ type, map }, i) => (i > table && type === "tr_open" && map ? [map[0]] : []));
  const last = lineOffset(lines, rows.at(-1) ?? 0);
  if (depth > 1 || rows.length < 3 || last <= skipped) return { kind: "none" };
  const prefix = lines.slice(lineOffset(lines, start), lineOffset(lines, start + 2));
  // The table itself and its body stay open.
  return { kind: "blocks", length: last - skipped, next: { depth: 2, prefix } };
}

/** Indices of the tokens that open a block at a level, from an index to the end of their parent. */
function childrenOf(tokens: readonly Token[], from: number, level: number): number[] {
  const found: number[] = [];
  for (let i = from; i < tokens.length; i++) {
    const token = tokens[i];
    if (!token || token.level < level) break;
    if (token.level === level && token.nesting >= 0 && token.map) found.push(i);
  }
  return found;
}

function firstLine(tokens: readonly Token[], at: number): number {
  return tokens[at]?.map?.[0] ?? 0;
}

function openFence(token: Token | undefined, lines: string): Fence | undefined {
  if (token?.type !== "fence" || !token.map) return undefined;
  const [from, to] = token.map;
  const fence: Fence = { info: token.info, marks: token.markup, indent: /^ */.exec(lines.slice(lineOffset(lines, from)))?.[0].length ?? 0 };
  const end = lines.slice(lineOffset(lines, Math.max(from + 1, to - 1)), lineOffset(lines, to));
  return to - from > 1 && closesFence(end, fence) ? undefined : fence;
}

/** Whether a line ends the code block that such a line began. */
export function closesFence(line: string, { marks }: Fence): boolean {
  const [, found = ""] = /^ {0,3}(`{3,}|~{3,})[ \t]*\n?$/.exec(line) ?? [];
  return found.startsWith(marks);
}

function isParagraph(text: string): boolean {
  const [token] = parseBlocks(text);
  return token?.type === "paragraph_open";
}

function cutLong(text: string, longest: number): Cut {
  if (text.length <= longest) return { kind: "none" };
  const head = text.slice(0, longest);
  // A letter after a space begins no list, heading or quote.
  const space = /^[^]*\s(?=\p{L})/u.exec(head)?.[0].length ?? 0;
  return { kind: "blocks", length: space > longest / 2 ? space : longest, next: undefined };
}

function lineOffset(text: string, line: number): number {
  let offset = 0;
  for (let i = 0; i < line; i++) {
    const next = text.indexOf("\n", offset);
    if (next < 0) return text.length;
    offset = next + 1;
  }
  return offset;
}
