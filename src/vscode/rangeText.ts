import type { CodeRange } from "../rag/ports";

/** "src/app.ts:3-9"; one line has no end. */
export function rangeText({ path, startLine, endLine }: CodeRange): string {
  return startLine === endLine ? `${path}:${startLine}` : `${path}:${startLine}-${endLine}`;
}
