import type { Definition } from "./definitions";

/** Chunk sizes in estimated tokens. Sizes of 120 to 400 find equally well; larger ones find less. */
export const chunkTokens = { least: 40, target: 250, most: 600 } as const;

/** About 4 characters a token; indentation is nearly free, a line end costs one. */
export function estimateTokens(line: string): number {
  return 1 + Math.ceil(line.trim().length / 4);
}

/** What a break costs, from 0 (between two definitions of a file) to about 1 (in the middle of a nested block). */
const breakCost = { deeper: 0.08, afterDefinition: 0.05, blank: 0.3, line: 0.6, indent: 0.02, mostIndent: 0.2 } as const;

const annotation = /^\s*(?:@|\/\/|\/?\*|#|--|;|<!--|\[\w|"""|''')/;

/**
 * Cuts lines into runs near the target size, broken where it costs least: the cheapest way through all possible
 * breaks, found line by line. Returns the 0-based first line of each chunk; every line is in exactly one.
 */
export function chunkStarts(lines: readonly string[], definitions: readonly Definition[]): number[] {
  const costs = breakCosts(lines, definitions);
  const before = new Float64Array(lines.length + 1);
  for (const [i, line] of lines.entries()) before[i + 1] = (before[i] ?? 0) + estimateTokens(line);
  const best = new Float64Array(lines.length + 1).fill(Infinity);
  const from = new Int32Array(lines.length + 1);
  best[0] = 0;
  for (let end = 1; end <= lines.length; end++) {
    for (let start = end - 1; start >= 0; start--) {
      const tokens = (before[end] ?? 0) - (before[start] ?? 0);
      if (tokens > chunkTokens.most && start < end - 1) break;
      const cost = (best[start] ?? 0) + sizeCost(tokens) + (end < lines.length ? (costs[end] ?? 0) : 0);
      if (cost < (best[end] ?? 0)) {
        best[end] = cost;
        from[end] = start;
      }
    }
  }
  return walkBack(from, lines.length);
}

function walkBack(from: Int32Array, end: number): number[] {
  const starts: number[] = [];
  for (let at = end; at > 0; at = from[at] ?? 0) starts.push(from[at] ?? 0);
  return starts.reverse();
}

function sizeCost(tokens: number): number {
  const { least, target } = chunkTokens;
  const off = (tokens - target) / target;
  return (tokens < least ? 1.5 : 0) + off * off * (off < 0 ? 0.6 : 2);
}

/** The cost of a break before each line (0-based). */
function breakCosts(lines: readonly string[], definitions: readonly Definition[]): Float64Array {
  const costs = Float64Array.from(lines, (line, i) => textCost(lines[i - 1] ?? "", line));
  const lower = (line: number, cost: number) => {
    if (line < costs.length) costs[line] = Math.min(costs[line] ?? 0, cost);
  };
  const open: number[] = [];
  for (const { startLine, endLine, leadLine } of definitions) {
    while (open.length > 0 && (open.at(-1) ?? 0) < startLine) open.pop();
    const depth = open.length * breakCost.deeper;
    if (endLine > startLine || open.length === 0) {
      lower(leadLine === undefined ? withAnnotations(lines, startLine - 1) : leadLine - 1, depth);
      lower(endLine, depth + breakCost.afterDefinition);
    }
    open.push(endLine);
  }
  return costs;
}

function textCost(previous: string, line: string): number {
  const indent = Math.min(line.search(/\S|$/) * breakCost.indent, breakCost.mostIndent);
  return (previous.trim() === "" && line.trim() !== "" ? breakCost.blank : breakCost.line) + indent;
}

const mostAnnotationLines = 40;

/** The first of the comment, decorator and attribute lines right above a definition. 0-based. */
function withAnnotations(lines: readonly string[], line: number): number {
  let first = line;
  while (first > 0 && line - first < mostAnnotationLines && annotation.test(lines[first - 1] ?? "")) first--;
  return first;
}
