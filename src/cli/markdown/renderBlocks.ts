import { displayWidth } from "../screen/displayWidth";
import { wrapText } from "../screen/wrapText";
import { highlightCode } from "./highlightCode";
import type { MarkdownNode } from "./parseMarkdown";
import { renderInline } from "./renderInline";
import { renderTable } from "./renderTable";
import type { TextStyles } from "./textStyles";

export interface RenderOptions {
  /** Cells that a row may take. */
  readonly width: number;
  readonly styles: TextStyles;
}

/** The rows of blocks. */
export interface Rendered {
  readonly rows: readonly string[];
  /** Rows at the front that stay as they are, whatever text follows. */
  readonly settled: number;
}

const bullets = ["•", "◦", "▪"];
const longestRule = 40;
/** Lines are hard to follow when they are longer. In cells. */
export const longestRow = 100;

/** Blocks with an empty row between them. @param depth lists that they stand in */
export function renderBlocks(nodes: readonly MarkdownNode[], options: RenderOptions, depth = 0): Rendered {
  const rows: string[] = [];
  let settled = 0;
  for (const [at, node] of nodes.entries()) {
    if (at > 0 && !standsClose(node, depth)) rows.push("");
    const block = renderBlock(node, options, depth);
    settled = at === nodes.length - 1 ? rows.length + block.settled : 0;
    rows.push(...block.rows);
  }
  return { rows, settled };
}

/** A list, or code, stands right below the text of its item. */
function standsClose({ type }: MarkdownNode, depth: number): boolean {
  return depth > 0 && /_list$|^fence$/.test(type);
}

function renderBlock(node: MarkdownNode, options: RenderOptions, depth: number): Rendered {
  const { styles, width } = options;
  switch (node.type) {
    case "heading":
      return growing(wrapText(headingText(node, styles), width));
    case "fence":
    case "code_block":
      return renderCode(node, options);
    case "bullet_list":
    case "ordered_list":
      return renderList(node, options, depth);
    case "blockquote":
      return prefixed(renderBlocks(node.children, { ...options, width: width - 2 }, depth), styles.dim("│ "), styles.dim("│ "));
    case "table":
      return growing(renderTable(node, width, styles));
    case "hr":
      return growing([styles.dim("─".repeat(Math.min(width, longestRule)))]);
    default:
      return growing(paragraphText(node, styles).split("\n").flatMap((line) => wrapText(line, width)));
  }
}

/** Rows that more text may change. */
function growing(rows: readonly string[]): Rendered {
  return { rows, settled: 0 };
}

function headingText({ token, children }: MarkdownNode, styles: TextStyles): string {
  const text = renderInline(children, styles);
  if (token.tag === "h1") return styles.underline(styles.heading(text));
  return token.tag === "h2" ? styles.heading(text) : styles.bold(text);
}

function paragraphText({ children, token }: MarkdownNode, styles: TextStyles): string {
  return children.length > 0 ? renderInline(children, styles) : token.content;
}

/**
 * Code between two rules, at the left edge: copied, it is the code and nothing else. A line that is too long is left to
 * the terminal, which joins its rows again when they are copied.
 */
function renderCode({ token }: MarkdownNode, { width, styles }: RenderOptions): Rendered {
  const language = token.info.trim().split(/\s+/)[0] ?? "";
  const code = token.content.replace(/\n$/, "").replaceAll("\t", "    ");
  const { lines, settled } = highlightCode(code, language, styles);
  const length = Math.min(width, longestRule);
  const title = language === "" ? "" : ` ${language.slice(0, Math.max(0, length - 4))} `;
  const top = `─${title}`;
  const rule = "─".repeat(Math.max(0, length - displayWidth(top)));
  return { rows: [styles.dim(top + rule), ...lines, styles.dim("─".repeat(length))], settled: token.content === "" ? 1 : 1 + settled };
}

function renderList({ type, token, children }: MarkdownNode, options: RenderOptions, depth: number): Rendered {
  const start = Number(token.attrGet("start") ?? 1);
  const rows: string[] = [];
  let settled = 0;
  for (const [at, item] of children.entries()) {
    const mark = type === "ordered_list" ? `${start + at}. ` : `${bullets[Math.min(depth, bullets.length - 1)] ?? "•"} `;
    const inside = renderBlocks(item.children, { ...options, width: Math.max(8, options.width - mark.length) }, depth + 1);
    const shown = inside.rows.length === 0 ? { rows: [""], settled: 0 } : inside;
    const block = prefixed(shown, options.styles.dim(mark), " ".repeat(mark.length));
    settled = at === children.length - 1 ? rows.length + block.settled : 0;
    rows.push(...block.rows);
  }
  return { rows, settled };
}

function prefixed({ rows, settled }: Rendered, first: string, others: string): Rendered {
  return { rows: rows.map((row, at) => (at === 0 ? first : row === "" && others.trim() === "" ? "" : others) + row), settled };
}
