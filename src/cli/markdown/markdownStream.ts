import { withClosedMarks, withoutUndecided } from "./openMarks";
import { type MarkdownNode, parseMarkdown } from "./parseMarkdown";
import { type Rendered, renderBlocks } from "./renderBlocks";
import type { TextStyles } from "./textStyles";

/** What a growing text looks like: rows that stay as they are, and those after them that may change. */
export interface GrownRows {
  /** Since the last time. */
  readonly final: readonly string[];
  readonly live: readonly string[];
}

/** Renders markdown as it comes. A block is final when the next one has begun, the rows of long ones before that. */
export class MarkdownStream {
  readonly #styles: TextStyles;
  /** The text from the last block on that is not final. */
  #text = "";
  /** Rows of it that were given as final. */
  #given = 0;
  /** They were made for this width; the rest of the block has to fit to them. */
  #givenWidth = 0;
  /** Something stands above: an empty row goes between. */
  #hasBlocks = false;

  constructor(styles: TextStyles) {
    this.#styles = styles;
  }

  push(text: string): void {
    this.#text += text;
  }

  /** @param width cells of a row */
  take(width: number): GrownRows {
    let text = withoutUndecided(this.#text);
    let nodes = parseMarkdown(text);
    const end = startOfLast(nodes, text);
    const final = end === 0 ? [] : this.#close(nodes.slice(0, -1), width);
    if (end > 0) {
      this.#text = this.#text.slice(end);
      text = text.slice(end);
      nodes = nodes.slice(-1);
    }
    const { rows, settled } = this.#render(isCode(nodes) ? nodes : parseMarkdown(withClosedMarks(text)), width);
    const from = this.#given;
    if (settled > from) this.#give(settled, width);
    return { final: [...final, ...rows.slice(from, this.#given)], live: isTableHead(text, nodes) ? [] : rows.slice(this.#given) };
  }

  /** The rows that are left when no more text comes. */
  end(width: number): readonly string[] {
    const rows = this.#close(parseMarkdown(this.#text), width);
    this.#text = "";
    return rows;
  }

  #close(nodes: readonly MarkdownNode[], width: number): readonly string[] {
    const rows = this.#render(nodes, width).rows.slice(this.#given);
    this.#given = 0;
    this.#hasBlocks ||= nodes.length > 0;
    return rows;
  }

  #give(rows: number, width: number): void {
    if (this.#given === 0) this.#givenWidth = width;
    this.#given = rows;
  }

  #render(nodes: readonly MarkdownNode[], width: number): Rendered {
    const { rows, settled } = renderBlocks(nodes, { width: this.#given > 0 ? this.#givenWidth : width, styles: this.#styles });
    if (!this.#hasBlocks || nodes.length === 0) return { rows, settled };
    return { rows: ["", ...rows], settled: settled > 0 ? settled + 1 : 0 };
  }
}

/** Where the last block begins in the text; 0 where it is the first one. */
function startOfLast(nodes: readonly MarkdownNode[], text: string): number {
  const line = nodes.length > 1 ? (nodes.at(-1)?.token.map?.[0] ?? 0) : 0;
  let offset = 0;
  for (let at = 0; at < line; at++) offset = text.indexOf("\n", offset) + 1;
  return offset;
}

/** Whether the text is in a code block, in a list or not: what looks like a mark is none there. */
function isCode(nodes: readonly MarkdownNode[]): boolean {
  const last = nodes.at(-1);
  return last !== undefined && (last.type === "fence" || last.type === "code_block" || isCode(last.children));
}

/** The first line of a table looks like one when the second one is there. */
function isTableHead(text: string, [node]: readonly MarkdownNode[]): boolean {
  return node?.type === "paragraph" && /^\s*\|/.test(text) && !/\n.*\n/.test(text.trim());
}
