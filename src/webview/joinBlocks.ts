import type { OpenBlocks } from "./blockCut";

/**
 * Appends blocks to a page of markdown: into what is open at its end, as the items of a list into that list.
 * @returns the nodes that were added, wherever they stand
 */
export function joinBlocks(root: Element, blocks: DocumentFragment, open: OpenBlocks | undefined): ChildNode[] {
  if (open?.prefix !== undefined && open.prefix !== "") blocks.querySelector("thead")?.remove();
  return join(root, blocks, open?.depth ?? 0);
}

function join(target: Element, source: ParentNode & Node, depth: number): ChildNode[] {
  const [from, into] = [source.firstElementChild, target.lastElementChild];
  const isSame = depth > 0 && from !== null && into !== null && from.tagName === into.tagName;
  const inside = isSame ? join(into, from, depth - 1) : [];
  if (isSame) from.remove();
  const rest = [...source.childNodes].filter((node) => node.nodeType !== Node.TEXT_NODE || (node.textContent ?? "").trim() !== "");
  target.append(...rest);
  return [...inside, ...rest];
}
