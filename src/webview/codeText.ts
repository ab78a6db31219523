import { h } from "./dom";
import { LineHighlighter } from "./lineHighlighter";

/** Lines that stand in one element: few enough to be laid out again while they grow. */
const linesPerPart = 40;
/** A longer line goes on in another element, as if it were broken: nobody reads it, and it would be laid out as a whole. */
export const longestPart = 4000;

/** Code that grows at its end, in colours. What stands is never touched again but for the lines that are still open. */
export class CodeText {
  readonly #highlighter: LineHighlighter;
  readonly #rest = h("span", { class: "code-part" });
  #part: HTMLElement | undefined;
  #partLines = 0;

  constructor(
    readonly element: HTMLElement,
    language: string,
  ) {
    this.#highlighter = new LineHighlighter(language);
  }

  /** Takes lines, each with its line break; a piece of a very long one has none. */
  push(lines: readonly string[]): void {
    for (const line of lines) {
      if (line.length > longestPart) this.push(pieces(line));
      else if (line.endsWith("\n")) this.#settle(this.#highlighter.push(line));
      else this.#settlePiece(line);
    }
  }

  /** Shows what is not final: lines that are still open, and one that is being written. */
  showRest(partial: string): void {
    const nodes = this.#highlighter.rest(partial);
    this.#rest.replaceChildren(...nodes);
    if (nodes.length === 0) this.#rest.remove();
    else this.element.append(this.#rest);
  }

  /** A piece of a line stands alone: what follows must not be laid out with it. */
  #settlePiece(text: string): void {
    this.#settle(this.#highlighter.flush());
    this.#part = undefined;
    this.#settle({ nodes: [document.createTextNode(text)], lines: linesPerPart });
  }

  #settle(final: { readonly nodes: readonly Node[]; readonly lines: number } | undefined): void {
    if (!final) return;
    if (!this.#part || this.#partLines + final.lines > linesPerPart) {
      this.#part = h("span", { class: "code-part" });
      this.#partLines = 0;
      this.#rest.remove();
      this.element.append(this.#part);
    }
    this.#part.append(...final.nodes);
    this.#partLines += final.lines;
  }
}

function pieces(line: string): string[] {
  return Array.from({ length: Math.ceil(line.length / longestPart) }, (_, i) => line.slice(i * longestPart, (i + 1) * longestPart));
}
