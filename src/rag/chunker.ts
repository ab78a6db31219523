import { chunkStarts } from "./chunkBreaks";
import { markdownSections } from "./headings";
import type { Definition, Syntax } from "./syntax";

/** A run of lines of one file. Every line of a file lies in exactly one chunk. */
export interface Chunk {
  /** 1-based, both included. */
  readonly startLine: number;
  readonly endLine: number;
  /** Name path of the definition it lies in, or of the largest that begins in it, such as "Parser > parseLine". */
  readonly symbol: string | undefined;
  /** The first line of that definition, trimmed, at most 160 characters. */
  readonly signature: string | undefined;
  /** Names of the definitions that begin in it. */
  readonly definitions: readonly string[];
}

const maxSignatureLength = 160;

/**
 * Cuts files into chunks of about 250 tokens: at definitions where there is a grammar, at headings in markdown, else
 * by lines.
 */
export class Chunker {
  readonly #syntax: Syntax;

  constructor(syntax: Syntax) {
    this.#syntax = syntax;
  }

  /** `lines` are those of `text`. */
  async chunk(text: string, lines: readonly string[], language: string): Promise<readonly Chunk[]> {
    const definitions = language === "markdown" ? markdownSections(lines) : await this.#syntax.definitions(text, language);
    return chunkLines(lines, definitions ?? []);
  }
}

/** `definitions` are in the order of the text, outer before inner. */
export function chunkLines(lines: readonly string[], definitions: readonly Definition[]): readonly Chunk[] {
  const starts = chunkStarts(lines, definitions);
  const paths = namePaths(definitions);
  return starts.map((start, i) => {
    const range = { startLine: start + 1, endLine: starts[i + 1] ?? lines.length };
    const inside = definitions.filter(({ startLine }) => startLine >= range.startLine && startLine <= range.endLine);
    const main = mainDefinition(range, definitions, inside);
    return {
      ...range,
      symbol: main && paths.get(main),
      signature: main && (lines[main.startLine - 1] ?? "").trim().slice(0, maxSignatureLength),
      definitions: [...new Set(inside.map(({ name }) => name).filter((name) => name !== ""))],
    };
  });
}

interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

/** The innermost definition around the whole range; else the one that begins in it and covers most of it. */
function mainDefinition(range: LineRange, all: readonly Definition[], inside: readonly Definition[]): Definition | undefined {
  const covers = (definition: Definition) =>
    Math.min(definition.endLine, range.endLine) - Math.max(definition.startLine, range.startLine) + 1;
  const whole = range.endLine - range.startLine + 1;
  const named = (definition: Definition) => definition.name !== "";
  const largest = inside.filter(named).reduce<Definition | undefined>((a, b) => (a && covers(a) >= covers(b) ? a : b), undefined);
  const around = all.findLast((definition) => named(definition) && covers(definition) === whole);
  if (!around || !largest) return around ?? largest;
  return covers(largest) * 2 > whole ? largest : around;
}

function namePaths(definitions: readonly Definition[]): ReadonlyMap<Definition, string> {
  const paths = new Map<Definition, string>();
  const open: Definition[] = [];
  for (const definition of definitions) {
    for (let top = open.at(-1); top && top.endLine < definition.endLine; top = open.at(-1)) open.pop();
    for (let top = open.at(-1); top && top.endLine < definition.startLine; top = open.at(-1)) open.pop();
    const names = [...open, definition].map(({ name }) => name).filter((name, i, all) => name !== "" && name !== all[i - 1]);
    paths.set(definition, names.join(" > "));
    open.push(definition);
  }
  return paths;
}
