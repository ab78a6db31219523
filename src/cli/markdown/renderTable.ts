import { displayWidth } from "../screen/displayWidth";
import { wrapText } from "../screen/wrapText";
import type { MarkdownNode } from "./parseMarkdown";
import { renderInline } from "./renderInline";
import type { TextStyles } from "./textStyles";

/** Cells between two columns: " │ ". */
const gap = 3;
/** A column that is narrower cannot be read. */
const leastColumn = 6;

interface Cell {
  readonly text: string;
  readonly align: "left" | "right" | "center";
}

/** Rows of a table; where its columns do not fit beside each other, each row becomes lines of "name: value". */
export function renderTable(table: MarkdownNode, width: number, styles: TextStyles): readonly string[] {
  const [head = [], ...body] = table.children.flatMap((section) => section.children.map((row) => row.children.map((cell) => cellOf(cell, styles))));
  const widths = columnWidths([head, ...body], width);
  if (!widths) return stacked(head, body, width, styles);
  const rule = styles.dim(widths.map((cells) => "─".repeat(cells)).join("─┼─"));
  const bold = head.map((cell) => ({ ...cell, text: styles.bold(cell.text) }));
  return [...tableRow(bold, widths, styles), rule, ...body.flatMap((row) => tableRow(row, widths, styles))];
}

function cellOf({ token, children }: MarkdownNode, styles: TextStyles): Cell {
  const align = /text-align:(\w+)/.exec(token.attrGet("style") ?? "")?.[1];
  return { text: renderInline(children, styles).replaceAll("\n", " "), align: align === "right" || align === "center" ? align : "left" };
}

/** The natural widths where they fit, else the widest columns made narrower; undefined when that leaves too little. */
function columnWidths(rows: readonly (readonly Cell[])[], width: number): readonly number[] | undefined {
  const count = Math.max(...rows.map((row) => row.length));
  const natural = Array.from({ length: count }, (_, at) => Math.max(1, ...rows.map((row) => displayWidth(row[at]?.text ?? ""))));
  const room = width - gap * (count - 1);
  const widths = shrunk(natural, room);
  return widths.every((cells, at) => cells >= Math.min(leastColumn, natural[at] ?? 0)) && sum(widths) <= room ? widths : undefined;
}

function shrunk(natural: readonly number[], room: number): readonly number[] {
  const widths = [...natural];
  for (let excess = sum(widths) - room; excess > 0; excess--) {
    const widest = Math.max(...widths);
    if (widest <= 1) break;
    widths[widths.indexOf(widest)] = widest - 1;
  }
  return widths;
}

function tableRow(cells: readonly Cell[], widths: readonly number[], styles: TextStyles): readonly string[] {
  const columns = widths.map((width, at) => wrapText(cells[at]?.text ?? "", width));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row) =>
    widths.map((width, at) => aligned(columns[at]?.[row] ?? "", width, cells[at]?.align ?? "left")).join(styles.dim(" │ ")).trimEnd(),
  );
}

function aligned(text: string, width: number, align: Cell["align"]): string {
  const room = Math.max(0, width - displayWidth(text));
  const before = align === "right" ? room : align === "center" ? Math.floor(room / 2) : 0;
  return `${" ".repeat(before)}${text}${" ".repeat(room - before)}`;
}

function stacked(head: readonly Cell[], body: readonly (readonly Cell[])[], width: number, styles: TextStyles): readonly string[] {
  const rows = body.map((row) => row.flatMap(({ text }, at) => wrapText(`${styles.bold(head[at]?.text ?? "")}: ${text}`, width)));
  const rule = styles.dim("─".repeat(Math.min(width, 20)));
  return rows.flatMap((lines, at) => (at === 0 ? lines : [rule, ...lines]));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
