import type { PromptSize } from "../engine/ports";
import type { ContextFullPolicy } from "./types";

/** Most of the context that retrieved code may take; about 2,300 of 8,192 tokens, where recall flattens out. */
export const usualCodeShare = 0.28;
/** When something leaves, the history shrinks to this share of what it may take, so that it does not happen each turn. */
const keptShare = 0.5;
/** Turns that had left come back where they take no more than this share of what the history may take. */
const ampleShare = 0.4;
const mostSummaryTokens = 256;
/** What the request for a summary takes beside the summary itself, at most. */
const mostRequestTokens = 96;
/** What stands around a summary in a message, at most. */
const summaryLabelTokens = 40;

/** Tokens kept free for the answer: what it may take, at most a quarter of the context. */
export function answerReserve(contextSize: number, maxTokens: number): number {
  return Math.min(maxTokens, Math.floor(contextSize / 4));
}

/** Most tokens of a summary: 256, or a tenth of a small context. */
export function summaryTokens(contextSize: number): number {
  return Math.min(mostSummaryTokens, Math.floor(contextSize / 10));
}

/** Tokens kept free beside the prompt: for the answer, and so that a summary can be asked for when the context is full. */
export function promptReserve(contextSize: number, maxTokens: number, policy: ContextFullPolicy): number {
  const summary = summaryTokens(contextSize) + Math.min(mostRequestTokens, Math.floor(contextSize / 10));
  return answerReserve(contextSize, maxTokens) + (policy === "dropOldest" ? 0 : summary);
}

/** A question whose code would get less than this share of what it wants makes room for it. */
const leastCodeShare = 1 / 3;

/** What a question wants of the context besides its own tokens. */
export interface Need {
  /** Tokens kept free beside the prompt (`promptReserve`). */
  readonly reserve: number;
  /** Tokens of code. */
  readonly code: number;
  /** With room for less than so many of them the code of old turns leaves, */
  readonly leastCode: number;
  /** and old turns when there is still no room for so many. */
  readonly firmCode: number;
}

/** How many of the oldest turns leave, and of how many of the oldest the code does; `code` counts those that leave as well. */
export interface Leaving {
  readonly turns: number;
  readonly code: number;
}

/** Tokens of the code that was found for a question: of all of it, and of the best chunk. */
export interface FoundTokens {
  readonly all: number;
  readonly best: number;
}

/** The code found may claim its share of the context, at most half of what the history could have; its best chunk has to fit. */
export function needOf(size: PromptSize, reserve: number, found: FoundTokens, codeShare = usualCodeShare): Need {
  const free = size.contextSize - reserve - questionTokens(size);
  const code = Math.max(0, Math.min(found.all, Math.floor(size.contextSize * codeShare), Math.floor(free / 2)));
  return { reserve, code, leastCode: Math.min(code, Math.max(found.best, Math.ceil(code * leastCodeShare))), firmCode: code };
}

/**
 * What has to leave so that the prompt, its code and an answer fit: first the code of the oldest turns, then the oldest
 * turns themselves. The last turn, which is the question, never leaves. `size` is the prompt's without the new code.
 */
export function planLeaving(size: PromptSize, need: Need): Leaving {
  const history = size.turnTokens.slice(0, -1);
  const room = size.contextSize - need.reserve - questionTokens(size);
  const target = Math.floor((room - need.code) * keptShare);
  let tokens = sum(history);
  let [turns, code] = [0, 0];
  if (tokens + need.leastCode <= room) return { turns, code };
  while (tokens > target && code < history.length) tokens -= size.contextTokens[code++] ?? 0;
  if (tokens + need.firmCode <= room) return { turns, code };
  while (tokens > target && turns < history.length) tokens -= textTokens(size, turns++);
  // The turns that stay keep their code after all, the newest first, where what has left makes room for it.
  while (code > turns && tokens + (size.contextTokens[code - 1] ?? 0) <= target) tokens += size.contextTokens[--code] ?? 0;
  return { turns, code };
}

/** Whether turns that had left have room again, with so much to spare that they need not leave at one of the next questions. */
export function hasAmpleRoom(size: PromptSize, need: Pick<Need, "reserve" | "code">): boolean {
  const room = size.contextSize - need.reserve - questionTokens(size) - need.code;
  return sum(size.turnTokens.slice(0, -1)) <= room * ampleShare;
}

/** By how many tokens the question alone, without any history, leaves no room for an answer; 0 when it does. */
export function excessTokens(size: PromptSize, maxTokens: number): number {
  return Math.max(0, questionTokens(size) + answerReserve(size.contextSize, maxTokens) - size.contextSize);
}

/** Whether the question alone leaves room for the message that takes a new summary in. */
export function hasRoomForSummary(size: PromptSize, maxTokens: number): boolean {
  return questionTokens(size) + answerReserve(size.contextSize, maxTokens) + summaryTokens(size.contextSize) + summaryLabelTokens <= size.contextSize;
}

/** Tokens that retrieved code may take beside a prompt of this size. */
export function codeBudget(size: PromptSize, reserve: number, codeShare = usualCodeShare): number {
  const left = size.contextSize - reserve - size.promptTokens;
  return Math.max(0, Math.min(left, Math.floor(size.contextSize * codeShare)));
}

/** Tokens of the last turn and of what stands before the first. */
function questionTokens(size: PromptSize): number {
  return size.promptTokens - sum(size.turnTokens.slice(0, -1));
}

function textTokens(size: PromptSize, turn: number): number {
  return (size.turnTokens[turn] ?? 0) - (size.contextTokens[turn] ?? 0);
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}
