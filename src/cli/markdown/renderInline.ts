import type { MarkdownNode } from "./parseMarkdown";
import type { TextStyles } from "./textStyles";

/** The text of a paragraph, a heading or a cell, styled; a line break where the text has one. */
export function renderInline(nodes: readonly MarkdownNode[], styles: TextStyles): string {
  return nodes.map((node) => renderNode(node, styles)).join("");
}

function renderNode(node: MarkdownNode, styles: TextStyles): string {
  const { type, token, children } = node;
  switch (type) {
    case "softbreak":
    case "hardbreak":
      return "\n";
    case "code_inline":
      return styles.code(token.content);
    case "strong":
      return styles.bold(renderInline(children, styles));
    case "em":
      return styles.italic(renderInline(children, styles));
    case "s":
      return styles.strike(renderInline(children, styles));
    case "link":
      return link(renderInline(children, styles), token.attrGet("href") ?? "", styles);
    case "image":
      return link(token.content, token.attrGet("src") ?? "", styles);
    case "inline":
      return renderInline(children, styles);
    default:
      return token.content;
  }
}

/** A terminal shows no address behind a text, so it stands there. */
function link(text: string, address: string, styles: TextStyles): string {
  const shown = decoded(address);
  if (text === "" || text === shown || text === address) return styles.link(shown);
  return `${styles.link(text)} ${styles.dim(`(${shown})`)}`;
}

function decoded(address: string): string {
  return /%(?!20)/.test(address) ? address : address.replaceAll("%20", " ");
}
