import type { CodeCorpus, CorpusChunk } from "./codeCorpus";
import { fileKind } from "./fileKinds";
import { Outline } from "./outline";
import type { SymbolHit, SymbolQuery } from "./ports";
import { signatureAt } from "./signature";
import { lookupNames, type NameMatch } from "./symbolTable";
import { isTestFile } from "./testFiles";

/** A definition of a chunk that a name was found for. */
interface Candidate {
  readonly found: NameMatch;
  readonly chunk: CorpusChunk;
  /** Among the definitions of the chunk. */
  readonly at: number;
}

export interface SymbolSearchDeps {
  readonly corpus: CodeCorpus;
  /** The lines of a file as it is now; empty when it cannot be read. */
  readonly readLines: (path: string) => Promise<readonly string[]>;
  /** How central a file is; decides between equal names. Default: all alike. */
  readonly rankOf?: (path: string) => number;
}

/** Names that were found, for each symbol wanted: some lie in chunks that are gone, or outside of what contains them. */
const namesPerHit = 4;
/** A name that is defined more often (`constructor`) is no way to find anything. */
const mostChunksPerName = 200;

/**
 * Definitions by name: equal ones first, then those that begin so, then those that are like it. `Parser.parse`,
 * `Parser::parse` and `Parser > parse` ask for what lies in a parser, if anything does; spaces do not count.
 */
export async function searchSymbols(deps: SymbolSearchDeps, { text, limit }: SymbolQuery): Promise<readonly SymbolHit[]> {
  const parts = text.replace(/\s*(?:::|->|[.#>/\\])\s*/g, "\u0000").replace(/\s+|\(.*$/g, "").split("\u0000").filter((part) => part !== "");
  const name = parts.at(-1);
  if (name === undefined || limit <= 0) return [];
  const candidates = candidatesFor(deps.corpus, name, limit);
  const inside = candidates.filter((one) => liesIn(pathOf(one), parts.slice(0, -1)));
  const chosen = unique(inOrder(inside.length > 0 ? inside : candidates, deps)).slice(0, limit);
  const files = new Map(await Promise.all([...pathsToRead(chosen)].map(async (path) => [path, await deps.readLines(path)] as const)));
  return chosen.map((one) => hitOf(one, files));
}

function candidatesFor(corpus: CodeCorpus, name: string, limit: number): readonly Candidate[] {
  return corpus.symbols.search(name, limit * namesPerHit).flatMap((found) =>
    corpus.symbols.exact(found.name).slice(0, mostChunksPerName).flatMap((number) => {
      const chunk = corpus.chunk(number);
      const at = chunk?.definitions.findIndex((definition) => lookupNames(definition).includes(found.name)) ?? -1;
      return chunk && at !== -1 ? [{ found, chunk, at }] : [];
    }),
  );
}

const matchOrder = { exact: 0, prefix: 1, fuzzy: 2 } as const satisfies Readonly<Record<NameMatch["match"], number>>;

/** Between names that are found as well: code before prose, central files before others, tests last. */
function inOrder(candidates: readonly Candidate[], { corpus, rankOf }: SymbolSearchDeps): readonly Candidate[] {
  const keyed = candidates.map((one) => {
    const { path } = one.chunk;
    const isSource = fileKind(corpus.files.get(path)?.language ?? "") === "source";
    const keys = [matchOrder[one.found.match], -one.found.score, isSource ? 0 : 1, isTestFile(path) ? 1 : 0, -(rankOf?.(path) ?? 0), path.length];
    return { one, keys, path };
  });
  const compare = (a: readonly number[], b: readonly number[]) => a.reduce((order, key, i) => order || key - (b[i] ?? 0), 0);
  keyed.sort((a, b) => compare(a.keys, b.keys) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0) || lineOf(a.one) - lineOf(b.one));
  return keyed.map(({ one }) => one);
}

function unique(candidates: readonly Candidate[]): readonly Candidate[] {
  const seen = new Set<string>();
  return candidates.filter((one) => {
    const key = `${one.chunk.path}:${lineOf(one)}:${nameOf(one)}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function hitOf(one: Candidate, files: ReadonlyMap<string, readonly string[]>): SymbolHit {
  const { found, chunk, at } = one;
  const startLine = lineOf(one);
  const endLine = Math.max(startLine, chunk.definitionLines?.[at * 2 + 1] ?? chunk.endLine);
  const name = nameOf(one);
  return { path: chunk.path, startLine, endLine, name, symbol: pathOf(one), signature: signatureOf(one, files) ?? name, match: found.match };
}

function nameOf({ chunk, at }: Candidate): string {
  return chunk.definitions[at] ?? "";
}

function lineOf({ chunk, at }: Candidate): number {
  return chunk.definitionLines?.[at * 2] ?? chunk.startLine;
}

/** The signature of a chunk is that of its main definition; others stand in the file. */
function signatureOf(one: Candidate, files: ReadonlyMap<string, readonly string[]>): string | undefined {
  if (isMain(one)) return one.chunk.signature;
  const lines = files.get(one.chunk.path) ?? [];
  const line = lines[lineOf(one) - 1];
  return line?.includes(lookupNames(nameOf(one)).at(-1) ?? "") ? signatureAt(lines, lineOf(one)) : undefined;
}

function pathsToRead(chosen: readonly Candidate[]): ReadonlySet<string> {
  return new Set(chosen.filter((one) => !isMain(one)).map(({ chunk }) => chunk.path));
}

/** Whether the labels of the chunk are those of this definition. */
function isMain({ chunk, at }: Candidate): boolean {
  const name = chunk.definitions[at] ?? "";
  return chunk.signature !== undefined && lastOf(chunk.symbol) === name && chunk.definitions.indexOf(name) === at;
}

function lastOf(symbol: string | undefined): string | undefined {
  return symbol?.split(separator).at(-1);
}

const separator = " > ";

/** The name path: what the chunk tells of where it lies, and what lies around the definition in the chunk. */
function pathOf({ chunk, at }: Candidate): string {
  const definitions = chunk.definitions.map((name, i) => {
    const startLine = chunk.definitionLines?.[i * 2] ?? chunk.startLine;
    return { name, startLine, endLine: chunk.definitionLines?.[i * 2 + 1] ?? startLine, number: i };
  });
  const sorted = definitions.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  const outline = new Outline(sorted);
  const inside = (number: number) => {
    const definition = sorted.find((one) => one.number === number);
    return definition ? outline.pathOf(definition).split(separator) : [];
  };
  const around = chunk.symbol?.split(separator) ?? [];
  const main = chunk.definitions.indexOf(around.at(-1) ?? "");
  const base = main === -1 ? around : around.slice(0, Math.max(0, around.length - inside(main).length));
  return [...base, ...inside(at)].join(separator);
}

/** Whether the names of what contains it are part of the path around it, in order. */
function liesIn(path: string, containers: readonly string[]): boolean {
  const around = path.toLowerCase().split(/ > |::|\./).slice(0, -1);
  let from = 0;
  return containers.every((container) => {
    const at = around.findIndex((name, i) => i >= from && name.includes(container.toLowerCase()));
    from = at + 1;
    return at !== -1;
  });
}
