import type { CodeRange, RetrievedChunk } from "../rag/ports";
import { type CodePassage, passageOf } from "./codePassage";

/** Code with its text, as it stands in a prompt. */
export interface HeldCode extends CodeRange {
  readonly text: string;
}

/** Fewer lines than these are not worth a header of their own when the rest of a chunk is there already. */
const leastRest = 3;
/** So many lines in a row that are the same in another file are a copy, not a coincidence. */
const leastCopied = 5;

const header = /^(.+):(\d+)-(\d+)(?: \(inside: .*\))?$/;

/** The blocks of a turn's rendered code. Fences are longer than all that is inside them, so that code cannot end its block. */
export function heldBlocks(codeText: string): readonly HeldCode[] {
  const lines = codeText.split("\n");
  const blocks: HeldCode[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, path, startLine, endLine] = header.exec(lines[i] ?? "") ?? [];
    const fence = /^`{3,}/.exec(lines[i + 1] ?? "")?.[0];
    const end = fence === undefined ? -1 : lines.indexOf(fence, i + 2);
    if (path === undefined || end < 0) continue;
    blocks.push({ path, startLine: Number(startLine), endLine: Number(endLine), text: lines.slice(i + 2, end).join("\n") });
    i = end;
  }
  return blocks;
}

/**
 * What of the chunks, best first, is worth sending: without the lines that a prompt holds already, that a better chunk
 * has, or that are a copy of them in another file. A chunk of which a part is left out gives the lines around that part.
 *
 * @param held code that the prompt holds; lines that have changed since are sent again
 * @param attached ranges that the person put beside the question, whose lines never come twice
 */
export function newPassages(chunks: readonly RetrievedChunk[], held: readonly HeldCode[] = [], attached: readonly CodeRange[] = []): readonly CodePassage[] {
  const known = [...held];
  return chunks.flatMap((chunk, rank) => {
    const passages = known.some((code) => holdsWhole(code, chunk)) ? [] : rest(chunk, rank, known, attached);
    known.push(...passages);
    return passages;
  });
}

/** Wherever it stands in its file by now; in another file only where it is long enough, or all there is. */
function holdsWhole({ path, text }: HeldCode, chunk: RetrievedChunk): boolean {
  const wanted = chunk.text.trimEnd();
  if (text.trimEnd() === wanted) return true;
  const mayBePart = path === chunk.path || wanted.split("\n").length >= leastCopied;
  return mayBePart && `\n${text}\n`.includes(`\n${wanted}\n`);
}

function rest(chunk: RetrievedChunk, rank: number, known: readonly HeldCode[], attached: readonly CodeRange[]): readonly CodePassage[] {
  const lines = chunk.text.split("\n");
  const there = [...attached, ...known.filter((code) => readsTheSame(code, chunk, lines))].filter(({ path }) => path === chunk.path);
  const isNew = lines.map((_, i) => !there.some((range) => contains(range, chunk.startLine + i)));
  if (!isNew.includes(false)) return [passageOf(chunk, rank)];
  return runs(isNew, lines).map(([from, to]) => passageOf(chunk, rank, from, to));
}

/** Whether the lines that two ranges share are the same in both: after a change all of the new text is sent. */
function readsTheSame(code: HeldCode, { startLine, endLine }: CodeRange, lines: readonly string[]): boolean {
  const known = code.text.split("\n");
  for (let line = Math.max(code.startLine, startLine); line <= Math.min(code.endLine, endLine); line++) {
    if ((known[line - code.startLine] ?? "") !== lines[line - startLine]) return false;
  }
  return true;
}

/** Runs of new lines, without blank ones at their ends and without those that are too short. */
function runs(isNew: readonly boolean[], lines: readonly string[]): readonly (readonly [from: number, to: number])[] {
  const isText = (i: number) => (lines[i] ?? "").trim() !== "";
  const found: [number, number][] = [];
  for (let from = 0; from < isNew.length; from++) {
    if (!isNew[from] || !isText(from)) continue;
    let to = from;
    let end = from + 1;
    for (; to < isNew.length && isNew[to]; to++) if (isText(to)) end = to + 1;
    if (end - from >= leastRest) found.push([from, end]);
    from = to;
  }
  return found;
}

function contains({ startLine, endLine }: CodeRange, line: number): boolean {
  return startLine <= line && line <= endLine;
}
