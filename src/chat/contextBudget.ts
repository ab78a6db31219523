import { HearthError } from "../common/errors";
import type { PromptSize } from "../engine/ports";
import type { CodeRange, RetrievedChunk } from "../rag/ports";

/** Most of the context that retrieved code may take; about 2,300 of 8,192 tokens, where recall flattens out. */
const codeShare = 0.28;
/** When turns have to leave, enough leave at once that the rest fills this much, so that it does not happen each turn. */
const refillShare = 0.6;

/** Tokens kept free for the answer: what it may take, at most a quarter of the context. */
export function answerReserve(contextSize: number, maxTokens: number): number {
  return Math.min(maxTokens, Math.floor(contextSize / 4));
}

/** How many of the oldest turns must leave so that the prompt and an answer fit; the last turn never leaves. */
export function turnsToDrop(size: PromptSize, maxTokens: number): number {
  const room = size.contextSize - answerReserve(size.contextSize, maxTokens);
  if (size.promptTokens <= room) return 0;
  const target = Math.floor(size.contextSize * refillShare);
  let tokens = size.promptTokens;
  let dropped = 0;
  while (tokens > target && dropped < size.turnTokens.length - 1) tokens -= size.turnTokens[dropped++] ?? 0;
  return dropped;
}

/** Whether turns that had left have room again, with so much to spare that they need not leave at the next question. */
export function hasRoomForAll(size: PromptSize): boolean {
  return size.promptTokens <= Math.floor(size.contextSize * refillShare);
}

/** Throws "prompt-too-long" when the question alone, without any history, leaves no room for an answer. */
export function assertFits(size: PromptSize, maxTokens: number, largest: CodeRange | undefined): void {
  const history = size.turnTokens.slice(0, -1).reduce((sum, tokens) => sum + tokens, 0);
  const over = size.promptTokens - history + answerReserve(size.contextSize, maxTokens) - size.contextSize;
  if (over <= 0) return;
  const culprit = largest ? ` The largest attachment is ${largest.path}:${largest.startLine}-${largest.endLine}.` : "";
  throw new HearthError("prompt-too-long", `The question is ${over} tokens too long for a context of ${size.contextSize}.${culprit}`, {
    remedy: "Attach less code, or raise the context size in the settings.",
  });
}

/** Tokens that retrieved code may take beside a prompt of this size. */
export function codeBudget(size: PromptSize, maxTokens: number): number {
  const left = size.contextSize - answerReserve(size.contextSize, maxTokens) - size.promptTokens;
  return Math.max(0, Math.min(left, Math.floor(size.contextSize * codeShare)));
}

/** Takes chunks best first while they fit, skipping one that does not; returns them best last. */
export function pack(chunks: readonly RetrievedChunk[], tokens: readonly number[], budget: number): RetrievedChunk[] {
  let left = budget;
  const taken = chunks.filter((_, i) => {
    const cost = tokens[i] ?? Infinity;
    if (cost > left) return false;
    left -= cost;
    return true;
  });
  return taken.reverse();
}

/** True when two ranges share a line. */
export function overlaps(a: CodeRange, b: CodeRange): boolean {
  return a.path === b.path && a.startLine <= b.endLine && b.startLine <= a.endLine;
}
