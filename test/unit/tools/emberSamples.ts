import type { SourceChunk } from "../../../tools/ember/corpus";

export const cart: SourceChunk = {
  origin: "shop",
  path: "src/cart.ts",
  language: "typescript",
  startLine: 10,
  lines: ["/** Adds up what is in the cart. */", "export function total(lines: Line[], rate = 0): number {", "  return round(sum(lines) * rate);", "}"],
  functions: [{ name: "total", parameters: ["lines", "rate"], returns: "number", doc: "Adds up what is in the cart.", calls: ["round", "sum"] }],
};

export const walker: SourceChunk = {
  origin: "tree",
  path: "lib/walk.py",
  language: "python",
  startLine: 3,
  lines: ["def walk_tree(node, visit):", "    visit(node)", "    for child in node.children:", "        walk_tree(child, visit)"],
  functions: [{ name: "walk_tree", parameters: ["node", "visit"], calls: ["visit"] }],
};
