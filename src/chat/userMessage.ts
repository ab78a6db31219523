import type { CodeRange, RetrievedChunk } from "../rag/ports";
import type { Attachment, Question } from "./types";

/** `path:start-end`, the header under which code stands in a prompt and in the view. */
export function rangeLabel(range: CodeRange): string {
  return `${range.path}:${range.startLine}-${range.endLine}`;
}

/**
 * The user message of a turn: retrieved code (best last, so that it stands nearest to the question), the person's own
 * attachments, then the question. It is rendered once and kept with the turn.
 */
export function userMessage(question: Question, chunks: readonly RetrievedChunk[]): string {
  const parts: string[] = [];
  if (chunks.length > 0) parts.push("Code from the workspace that may help:", ...chunks.map(codeBlock));
  if (question.attachments.length > 0) parts.push("Code the question is about:", ...question.attachments.map(codeBlock));
  return [...parts, question.text].join("\n\n");
}

/** A fenced block under its header; the fence is longer than any run of backticks inside. */
export function codeBlock(code: Attachment | RetrievedChunk): string {
  const longest = Math.max(2, ...[...code.text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${rangeLabel(code)}\n${fence}${code.language}\n${code.text.trimEnd()}\n${fence}`;
}
