import { highlight, isKnownLanguage } from "./highlight";

/** Longer lines are shown plain. In characters. */
const longestLine = 2000;
/** After so many lines in which no statement ended, colouring begins anew: a comment without an end must cost no more. */
const longestStretch = 60;

export interface FinalLines {
  readonly nodes: readonly Node[];
  readonly lines: number;
}

/**
 * Colours code line by line as it comes. What was coloured once is never looked at again: after a line at which the
 * language stands at its outermost level, nothing that follows can change the colours before it.
 */
export class LineHighlighter {
  #open = "";
  #openLines = 0;

  constructor(readonly language: string) {}

  /**
   * Takes a complete line, with its line break.
   * @returns all lines that are final now; undefined: none yet
   */
  push(line: string): FinalLines | undefined {
    if (line.length > longestLine) return this.flush(line);
    this.#open += line;
    this.#openLines++;
    const coloured = this.#colour(this.#open);
    return coloured.isClosed || this.#openLines >= longestStretch ? this.#close(coloured.nodes, 0) : undefined;
  }

  /** Ends the lines that are open, and takes a plain one after them. */
  flush(plain = ""): FinalLines | undefined {
    if (this.#open + plain === "") return undefined;
    return this.#close([...this.#colour(this.#open).nodes, document.createTextNode(plain)], plain === "" ? 0 : 1);
  }

  /** The nodes of what is not final, with the line that is being written. */
  rest(partial: string): Node[] {
    if (partial.length > longestLine) return [...this.#colour(this.#open).nodes, document.createTextNode(partial)];
    return this.#colour(this.#open + partial).nodes;
  }

  #close(nodes: readonly Node[], more: number): FinalLines {
    const lines = this.#openLines + more;
    this.#open = "";
    this.#openLines = 0;
    return { nodes, lines };
  }

  #colour(text: string): { readonly nodes: Node[]; readonly isClosed: boolean } {
    if (text === "") return { nodes: [], isClosed: true };
    if (!isKnownLanguage(this.language)) return { nodes: [document.createTextNode(text)], isClosed: true };
    const { html, isClosed } = highlight(text, this.language);
    return { nodes: toNodes(html), isClosed };
  }
}

const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#x27;": "'" };

/** Builds what the highlighter writes: spans with a class, and text. Anything else in it would be shown as text. */
function toNodes(html: string): Node[] {
  const root = document.createElement("span");
  const open: Element[] = [root];
  for (const [part, name] of html.matchAll(/<span class="([^"<>]*)">|<\/span>|<|[^<]+/g)) {
    if (name !== undefined) open.push(appended(open, name));
    else if (part === "</span>" && open.length > 1) open.pop();
    else open.at(-1)?.append(part.replaceAll(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => entities[entity] ?? entity));
  }
  return [...root.childNodes];
}

function appended(open: readonly Element[], name: string): Element {
  const span = document.createElement("span");
  span.className = name;
  open.at(-1)?.append(span);
  return span;
}
