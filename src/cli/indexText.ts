import type { CodeRange, FileVerdict, MapEntry, RetrievedChunk, SymbolHit } from "../rag/ports";
import { verdictText } from "../rag/verdictText";
import type { IndexAnswer } from "./events";
import { formatRange, withoutControls } from "./plainText";
import type { Terminal } from "./terminal";

type Styles = Pick<Terminal, "style">;

/** What the index answered, in lines for a person that a program can cut, too. */
export function formatIndexAnswer(event: IndexAnswer, styles: Styles): string {
  switch (event.type) {
    case "found":
    case "foundFor":
      return formatFound(event.chunks, styles);
    case "symbols":
    case "symbolsFor":
      return formatSymbols(event.symbols, styles);
    case "verdict":
      return formatVerdict(event.verdict);
    case "leftOut":
      return formatLeftOut(event.verdicts, styles);
    case "map":
      return formatMap(event.entries, styles);
  }
}

/** A row for each chunk, best first; a table with a column for each source where the search was asked to explain itself. */
function formatFound(chunks: readonly RetrievedChunk[], styles: Styles): string {
  if (chunks.some(({ scores }) => scores !== undefined)) return formatScores(chunks, styles);
  return rows(chunks.map((chunk) => [place(chunk, styles), chunk.score.toFixed(3), ...symbolOf(chunk)].join("  ")));
}

/** The score and its parts, then where; the sources stand in the order of what they gave to all rows together. */
function formatScores(chunks: readonly RetrievedChunk[], styles: Styles): string {
  const sources = sourcesOf(chunks);
  const header = ["score", ...sources];
  const widths = header.map((name) => Math.max(name.length, "-0.000".length));
  const line = (cells: readonly string[]) => cells.map((cell, at) => cell.padStart(widths[at] ?? 0)).join("  ");
  const body = chunks.map((chunk) => {
    const parts = sources.map((source) => chunk.scores?.[source]?.toFixed(3) ?? "-");
    return [line([chunk.score.toFixed(3), ...parts]), place(chunk, styles), ...symbolOf(chunk)].join("  ");
  });
  return rows([styles.style("out", "dim", line(header)), ...body]);
}

function sourcesOf(chunks: readonly RetrievedChunk[]): readonly string[] {
  const sums = new Map<string, number>();
  for (const { scores = {} } of chunks) for (const [source, score] of Object.entries(scores)) sums.set(source, (sums.get(source) ?? 0) + score);
  return [...sums].sort(([, a], [, b]) => b - a).map(([source]) => source);
}

/** Where, the name with those around it, how it begins, and how the name matched. */
function formatSymbols(symbols: readonly SymbolHit[], styles: Styles): string {
  return rows(
    symbols.map((hit) => {
      const { symbol, signature, match } = hit;
      return [place(hit, styles), withoutControls(symbol), styles.style("out", "dim", withoutControls(signature)), `(${match})`].join("  ");
    }),
  );
}

function formatVerdict(verdict: FileVerdict): string {
  return rows([withoutControls(verdictText(verdict))]);
}

/** Reason and path in columns, so that it can be sorted and cut. */
function formatLeftOut(verdicts: readonly FileVerdict[], styles: Styles): string {
  const files = verdicts.filter((verdict) => verdict.kind === "left-out");
  const width = Math.max(0, ...files.map(({ reason }) => reason.length));
  return rows(files.map(({ reason, path }) => `${reason.padEnd(width)}  ${styles.style("out", "cyan", withoutControls(path))}`));
}

/** Each file with its signatures below it, a level in and without the bracket that opens a body; a signature may have several lines. */
function formatMap(entries: readonly MapEntry[], styles: Styles): string {
  const indented = (signature: string) => withoutControls(signature).replace(/\s*\{$/, "").split("\n").map((line) => `  ${line}`);
  return rows(entries.flatMap(({ path, signatures }) => [styles.style("out", "cyan", withoutControls(path)), ...signatures.flatMap(indented)]));
}

function place(range: CodeRange, { style }: Styles): string {
  return style("out", "cyan", withoutControls(formatRange(range)));
}

function symbolOf({ symbol }: RetrievedChunk): readonly string[] {
  return symbol === undefined ? [] : [withoutControls(symbol)];
}

function rows(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
