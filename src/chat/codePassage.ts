import { createHash } from "node:crypto";
import type { CodeRange, RetrievedChunk } from "../rag/ports";
import type { Citation } from "./types";

/** Lines of a file that were found for a question and stand together: a chunk, what is left of one, or several merged. */
export interface CodePassage extends CodeRange {
  /** The lines joined by \n. */
  readonly text: string;
  readonly language: string;
  /** Name path of the best of its chunks that has one. */
  readonly symbol?: string;
  /** First line of the definition that it begins inside of. That line stands above the range and is no part of it. */
  readonly inside?: string;
  /** 0 is the best. */
  readonly rank: number;
}

/** A run of a chunk's lines; `from` and `to` count from 0 within the chunk, `to` is not included. */
export function passageOf(chunk: RetrievedChunk, rank: number, from = 0, to = chunk.text.split("\n").length): CodePassage {
  const { path, startLine, text, language, symbol } = chunk;
  const inside = signatureAbove(chunk);
  return {
    path,
    startLine: startLine + from,
    endLine: startLine + to - 1,
    text: text.split("\n").slice(from, to).join("\n"),
    language,
    rank,
    ...(symbol !== undefined && { symbol }),
    ...(inside !== undefined && { inside }),
  };
}

/** The signature of the definition that a chunk lies in, when that begins above the chunk. It may be cut at its end. */
function signatureAbove({ signature, text }: RetrievedChunk): string | undefined {
  if (signature === undefined || signature === "") return undefined;
  return text.split("\n").some((line) => line.trim().startsWith(signature)) ? undefined : signature;
}

/** Makes one passage of those that touch or overlap in a file. Best last, so that it is nearest to the question. */
export function mergePassages(passages: readonly CodePassage[]): readonly CodePassage[] {
  const merged: CodePassage[] = [];
  for (const passage of [...passages].sort(byPlace)) {
    const last = merged.at(-1);
    if (last && touch(last, passage)) merged.splice(-1, 1, join(last, passage));
    else merged.push(passage);
  }
  return merged.sort((a, b) => b.rank - a.rank);
}

/** The passage as it is cited, with the hash by which that is checked later. */
export function citationOf({ path, startLine, endLine, symbol, text }: CodePassage): Citation {
  const hash = createHash("sha256").update(text).digest("hex");
  return { path, startLine, endLine, hash, ...(symbol !== undefined && { symbol }) };
}

function byPlace(a: CodePassage, b: CodePassage): number {
  return compare(a.path, b.path) || compare(a.language, b.language) || a.startLine - b.startLine || a.endLine - b.endLine;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function touch(a: CodePassage, b: CodePassage): boolean {
  return a.path === b.path && a.language === b.language && b.startLine <= a.endLine + 1;
}

/** `b` begins no earlier than `a`. */
function join(a: CodePassage, b: CodePassage): CodePassage {
  const added = b.text.split("\n").slice(a.endLine + 1 - b.startLine);
  const symbol = b.rank < a.rank ? (b.symbol ?? a.symbol) : (a.symbol ?? b.symbol);
  return {
    ...a,
    endLine: Math.max(a.endLine, b.endLine),
    text: [a.text, ...added].join("\n"),
    rank: Math.min(a.rank, b.rank),
    ...(symbol !== undefined && { symbol }),
  };
}
