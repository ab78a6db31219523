import type { Node, QueryMatch } from "@vscode/tree-sitter-wasm";

/** A definition in a file. Lines are 1-based, both included. */
export interface Definition {
  /** Empty for a block that is a good unit but has no name, such as a test case. */
  readonly name: string;
  readonly startLine: number;
  readonly endLine: number;
  /** Where its name stands, below decorators and what else comes first. Default: `startLine`. */
  readonly nameLine?: number;
  /** The first line of the comments and decorators that belong to it. Absent where that is not known. */
  readonly leadLine?: number;
  /** What it belongs to but does not lie in, such as the receiver of a Go method. */
  readonly container?: string;
}

interface LineRange {
  readonly startLine: number;
  readonly endLine: number;
}

interface Found extends Definition {
  readonly toEnd: boolean;
}

const maxNameLength = 120;

/**
 * What the query of a grammar found, in the order of the text, outer before inner. Several names may share one
 * definition (`const a = 1, b = 2`), and several patterns may find the same one.
 */
export function definitionsOf(matches: readonly QueryMatch[], root: Node, text: string): readonly Definition[] {
  const found = new Map<string, Found>();
  const leads: LineRange[] = [];
  for (const match of matches) {
    const lead = nodeOf(match, "lead");
    if (lead && beginsLine(lead, text)) leads.push(linesOf(lead));
    const definition = definitionOf(match);
    if (definition) found.set(`${definition.startLine}:${definition.endLine}:${definition.name}`, definition);
  }
  const sorted = [...found.values()].sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  const starts = leadStarts(leads);
  return stretched(sorted, linesOf(root).endLine).map((definition) => ({ ...definition, leadLine: withLeads(definition.startLine, starts) }));
}

function definitionOf(match: QueryMatch): Found | undefined {
  const rest = nodeOf(match, "rest");
  const node = rest ?? nodeOf(match, "definition");
  if (!node) return undefined;
  const name = nodeOf(match, "name");
  const container = nodeOf(match, "container")?.text;
  return {
    name: nameOf(name),
    ...linesOf(node),
    ...(name && { nameLine: name.startPosition.row + 1 }),
    ...(container !== undefined && { container }),
    toEnd: rest !== undefined,
  };
}

function nodeOf(match: QueryMatch, capture: string): Node | undefined {
  return match.captures.find(({ name }) => name === capture)?.node;
}

function nameOf(node: Node | undefined): string {
  return (node?.text ?? "").replace(/\s+/g, " ").slice(0, maxNameLength);
}

/** A node that ends at the first column of a line (some grammars take in the line end) does not have that line. */
function linesOf({ startPosition, endPosition }: Node): LineRange {
  const endsBefore = endPosition.column === 0 && endPosition.row > startPosition.row;
  return { startLine: startPosition.row + 1, endLine: endPosition.row + (endsBefore ? 0 : 1) };
}

/** What holds all that follows it ends where the next such begins, or with the file. */
function stretched(definitions: readonly Found[], lastLine: number): readonly Definition[] {
  let next = lastLine + 1;
  const reversed = definitions.toReversed().map(({ toEnd, ...definition }): Definition => {
    if (!toEnd) return definition;
    const endLine = Math.max(definition.endLine, next - 1);
    next = definition.startLine;
    return { ...definition, endLine };
  });
  return reversed.reverse();
}

/** The first line of each lead by its last line. */
function leadStarts(leads: readonly LineRange[]): ReadonlyMap<number, number> {
  const starts = new Map<number, number>();
  for (const { startLine, endLine } of leads) starts.set(endLine, Math.min(startLine, starts.get(endLine) ?? startLine));
  return starts;
}

/** A comment behind code (`x = 1 // why`) belongs to that code. */
function beginsLine({ startIndex }: Node, text: string): boolean {
  return /^\s*(?:template\s*)?$/.test(text.slice(text.lastIndexOf("\n", startIndex - 1) + 1, startIndex));
}

function withLeads(line: number, starts: ReadonlyMap<number, number>): number {
  let first = line;
  for (let above = starts.get(first - 1); above !== undefined && above < first; above = starts.get(first - 1)) first = above;
  return first;
}
