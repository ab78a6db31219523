import type { CodeRange } from "../rag/ports";

/** `path:start-end`, the header under which code stands in a prompt and in the view. */
export function rangeLabel(range: CodeRange): string {
  return `${range.path}:${range.startLine}-${range.endLine}`;
}
