import MarkdownIt, { type Token } from "markdown-it";

const parser = new MarkdownIt({ html: false, linkify: false });

/** A block or a piece of text with what is in it. */
export interface MarkdownNode {
  /** As markdown-it names it, without "_open": "paragraph", "fence", "text". */
  readonly type: string;
  readonly token: Token;
  readonly children: readonly MarkdownNode[];
}

/** The blocks of a text. `token.map` has the lines that each one takes. */
export function parseMarkdown(text: string): readonly MarkdownNode[] {
  return nodesOf(parser.parse(text, {}));
}

/** Puts what stands between an opening token and its closing one into it. */
function nodesOf(tokens: readonly Token[]): readonly MarkdownNode[] {
  const root: MarkdownNode[] = [];
  const open: MarkdownNode[][] = [root];
  for (const token of tokens) {
    if (token.nesting < 0) {
      if (open.length > 1) open.pop();
      continue;
    }
    const children: MarkdownNode[] = token.children ? [...nodesOf(token.children)] : [];
    open.at(-1)?.push({ type: token.type.replace(/_open$/, ""), token, children });
    if (token.nesting > 0) open.push(children);
  }
  return root;
}
