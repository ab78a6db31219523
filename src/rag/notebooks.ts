import { elementsAt, type JsonSpan, membersAt } from "./jsonText";
import type { LineRange } from "./outline";

/** A cell of a notebook by the lines that its source has in the file. */
export interface Cell extends LineRange {
  /** Its place in the notebook, from 0; cells without text count, though they are not listed. */
  readonly number: number;
  readonly kind: "code" | "markdown" | "raw";
}

export interface Notebook {
  /**
   * As many lines as the file has: where the file has a line of a cell's source as JSON, the line itself; else, outputs
   * and all, nothing. So a range of lines means the same in both.
   */
  readonly lines: readonly string[];
  readonly cells: readonly Cell[];
  /** VS Code language id of its code. "python" when it does not say. */
  readonly language: string;
}

const languageIds: Readonly<Record<string, string>> = {
  ".net-csharp": "csharp",
  ".net-fsharp": "fsharp",
  ".net-pwsh": "powershell",
  bash: "shellscript",
  "c#": "csharp",
  "c++": "cpp",
  "f#": "fsharp",
  ipython: "python",
  pwsh: "powershell",
};

export function isNotebook(path: string): boolean {
  return /\.ipynb$/i.test(path);
}

/** Reads a Jupyter notebook (nbformat 3 and 4). Of a damaged one, the cells before the damage. */
export function readNotebook(text: string): Notebook {
  const reader = new CellReader(text);
  let language = "python";
  for (const member of membersAt(text, 0)) {
    if (member.key === "cells") reader.read(member);
    if (member.key === "metadata") language = languageIn(text, member) ?? language;
    if (member.key === "worksheets") for (const sheet of elementsAt(text, member.start)) for (const { key, ...span } of membersAt(text, sheet.start)) if (key === "cells") reader.read(span);
  }
  return { lines: reader.lines, cells: reader.cells, language };
}

/** The lines of cells of one kind, all others blank. Commands of the notebook itself (`%time`, `!ls`) are no code. */
export function cellsOnly(lines: readonly string[], cells: readonly Cell[], kind: Cell["kind"]): readonly string[] {
  const kept = lines.map(() => "");
  for (const cell of cells) {
    if (cell.kind !== kind || (kind === "code" && (lines[cell.startLine - 1] ?? "").startsWith("%%"))) continue;
    for (let i = cell.startLine - 1; i < cell.endLine; i++) kept[i] = kind === "code" ? (lines[i] ?? "").replace(/^\s*[%!?].*/, "") : (lines[i] ?? "");
  }
  return kept;
}

/** Cells in a row, by their numbers; `end` is the one behind the last. */
export interface CellRange {
  readonly start: number;
  readonly end: number;
}

/** The cells of a notebook's file that have text on these lines. Undefined: none has. */
export function cellsOf(text: string, { startLine, endLine }: LineRange): CellRange | undefined {
  const inside = readNotebook(text).cells.filter((cell) => cell.startLine <= endLine && cell.endLine >= startLine);
  const [first, last] = [inside[0], inside.at(-1)];
  return first && last && { start: first.number, end: last.number + 1 };
}

/** Collects cells in the order of the text. */
class CellReader {
  readonly lines: string[];
  readonly cells: Cell[] = [];
  readonly #text: string;
  /** Line ends not yet passed. */
  readonly #ends: RegExp;
  #number = 0;
  #line = 1;
  #lineEnd: number;

  constructor(text: string) {
    this.#text = text;
    this.#ends = /\r\n|\n|\r/g;
    this.#lineEnd = this.#nextEnd();
    this.lines = Array.from({ length: text.match(/\r\n|\n|\r/g)?.length ?? 0 }, () => "");
    if (!/[\r\n]$/.test(text) && text !== "") this.lines.push("");
  }

  read(cells: JsonSpan): void {
    for (const { start } of elementsAt(this.#text, cells.start)) {
      const members = [...membersAt(this.#text, start)];
      const source = members.find(({ key }) => key === "source" || key === "input");
      const type = members.find(({ key }) => key === "cell_type");
      if (source) this.#take(source, stringOf(this.#text, type));
      this.#number++;
    }
  }

  #take(source: JsonSpan, type: string): void {
    const startLine = this.#lineOf(source.start);
    const parts = this.#text[source.start] === "[" ? [...elementsAt(this.#text, source.start)] : [source];
    const placed = parts.map((part) => ({ line: this.#lineOf(part.start), text: stringOf(this.#text, part) }));
    for (const { line, text } of placed) this.#put(line, text.replace(/\r?\n$/, ""));
    const written = placed.filter(({ text }) => text.trim() !== "");
    const endLine = written.at(-1)?.line;
    if (endLine === undefined) return;
    const kind = type === "markdown" || type === "code" ? type : "raw";
    this.cells.push({ number: this.#number, startLine: written[0]?.line ?? startLine, endLine, kind });
  }

  #put(line: number, text: string): void {
    const before = this.lines[line - 1] ?? "";
    this.lines[line - 1] = before === "" ? text : `${before}\n${text}`;
  }

  /** Offsets come in rising order. */
  #lineOf(offset: number): number {
    for (; this.#lineEnd <= offset; this.#lineEnd = this.#nextEnd()) this.#line++;
    return this.#line;
  }

  #nextEnd(): number {
    return this.#ends.exec(this.#text) ? this.#ends.lastIndex : Infinity;
  }
}

function languageIn(text: string, metadata: JsonSpan): string | undefined {
  for (const part of membersAt(text, metadata.start)) {
    const wanted = part.key === "kernelspec" ? "language" : part.key === "language_info" ? "name" : undefined;
    const member = wanted === undefined ? undefined : [...membersAt(text, part.start)].find(({ key }) => key === wanted);
    const name = stringOf(text, member).toLowerCase();
    if (name !== "") return languageIds[name] ?? name;
  }
  return undefined;
}

/** Empty where the value is no string. */
function stringOf(text: string, span: JsonSpan | undefined): string {
  if (!span || text[span.start] !== '"') return "";
  try {
    return String(JSON.parse(text.slice(span.start, span.end)));
  } catch {
    // Not a string after all.
    return "";
  }
}
