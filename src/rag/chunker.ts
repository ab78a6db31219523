import { chunkStarts } from "./chunkBreaks";
import type { Definition } from "./definitions";
import { grammarOf } from "./grammars";
import { markdownSections } from "./headings";
import { isMarkup, scriptsOf } from "./markupScripts";
import { type Cell, cellsOnly } from "./notebooks";
import { type LineRange, Outline } from "./outline";
import { signatureAt } from "./signature";
import type { Syntax } from "./syntax";

/** A run of lines of one file. Every line of a file lies in exactly one chunk; of a notebook, every line of a cell. */
export interface Chunk extends LineRange {
  /** Name path of the definition it lies in, or of the largest that begins in it, such as "Parser > parseLine". */
  readonly symbol: string | undefined;
  /** The head of that definition on one line, at most 160 characters. */
  readonly signature: string | undefined;
  /** Names of the definitions that begin in it, each once. */
  readonly definitions: readonly string[];
  /** For each of `definitions` the line of its name and its last line, one after the other. Absent: unknown. */
  readonly definitionLines?: readonly number[];
}

/**
 * Cuts files into chunks of about 250 tokens: at definitions where there is a grammar, at headings in markdown, at the
 * cells of notebooks, else by lines.
 */
export class Chunker {
  readonly #syntax: Syntax;

  constructor(syntax: Syntax) {
    this.#syntax = syntax;
  }

  /** `lines` are those of `text`; `cells` those of a notebook, whose lines are as `readSource` gives them. */
  async chunk(text: string, lines: readonly string[], language: string, cells?: readonly Cell[]): Promise<readonly Chunk[]> {
    if (cells) return chunkCells(lines, await this.#cellDefinitions(lines, language, cells), cells);
    return chunkLines(lines, await this.definitions(text, lines, language));
  }

  /** The definitions that a file is cut at, in the order of the text, outer before inner; none where there is no grammar. */
  async definitions(text: string, lines: readonly string[], language: string): Promise<readonly Definition[]> {
    if (language === "markdown") return markdownSections(lines);
    // The parser knows \n only.
    const source = text.includes("\r") ? lines.join("\n") : text;
    const parts = isMarkup(language) ? scriptsOf(source) : [{ text: source, language }];
    const found = await Promise.all(parts.map((part) => this.#syntax.definitions(part.text, part.language)));
    return inOrder(found.flatMap((definitions) => definitions ?? []));
  }

  async #cellDefinitions(lines: readonly string[], language: string, cells: readonly Cell[]): Promise<readonly Definition[]> {
    const sections = markdownSections(cellsOnly(lines, cells, "markdown"));
    // A cell that is one line of the file has lines that the parser would count.
    if (lines.some((line) => line.includes("\n"))) return sections;
    const code = await this.#syntax.definitions(cellsOnly(lines, cells, "code").join("\n"), language);
    return inOrder([...sections, ...(code ?? [])]);
  }
}

/** Whether `Chunker.chunk` cuts files of this language otherwise than `chunkCoarsely`. */
export function hasSyntax(language: string): boolean {
  return isMarkup(language) || grammarOf(language) !== undefined;
}

/** Chunks without a look at the syntax: at once, to be replaced by `Chunker.chunk` later. */
export function chunkCoarsely(lines: readonly string[], language: string, cells?: readonly Cell[]): readonly Chunk[] {
  if (cells) return chunkCells(lines, markdownSections(cellsOnly(lines, cells, "markdown")), cells);
  return chunkLines(lines, language === "markdown" ? markdownSections(lines) : []);
}

/** `definitions` are in the order of the text, outer before inner. */
export function chunkLines(lines: readonly string[], definitions: readonly Definition[]): readonly Chunk[] {
  return chunkRange(lines, definitions, new Outline(definitions), { startLine: 1, endLine: lines.length });
}

function chunkCells(lines: readonly string[], definitions: readonly Definition[], cells: readonly Cell[]): readonly Chunk[] {
  const outline = new Outline(definitions);
  return cells.flatMap((cell) => chunkRange(lines, outline.beginningIn(cell), outline, cell));
}

/** Cuts some lines of a file, at those definitions that begin there. */
function chunkRange(lines: readonly string[], definitions: readonly Definition[], outline: Outline, { startLine, endLine }: LineRange): readonly Chunk[] {
  const before = startLine - 1;
  const starts = chunkStarts(lines.slice(before, endLine), before === 0 ? definitions : definitions.map((one) => movedUp(one, before)));
  return starts.map((start, i) => {
    const range = { startLine: before + start + 1, endLine: before + (starts[i + 1] ?? endLine - before) };
    return { ...range, ...described(range, outline, lines) };
  });
}

function described(range: LineRange, outline: Outline, lines: readonly string[]): Omit<Chunk, keyof LineRange> {
  const main = outline.mainOf(range);
  const byName = new Map<string, Definition>();
  for (const one of outline.beginningIn(range)) if (one.name !== "" && !byName.has(one.name)) byName.set(one.name, one);
  return {
    symbol: main && outline.pathOf(main),
    signature: main && signatureAt(lines, nameLineOf(main)),
    definitions: [...byName.keys()],
    definitionLines: [...byName.values()].flatMap((one) => [nameLineOf(one), one.endLine]),
  };
}

function nameLineOf({ nameLine, startLine }: Definition): number {
  return nameLine ?? startLine;
}

function movedUp(definition: Definition, by: number): Definition {
  const { startLine, endLine, leadLine } = definition;
  return { ...definition, startLine: startLine - by, endLine: endLine - by, ...(leadLine !== undefined && { leadLine: Math.max(1, leadLine - by) }) };
}

function inOrder(definitions: readonly Definition[]): readonly Definition[] {
  return [...definitions].sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
}
