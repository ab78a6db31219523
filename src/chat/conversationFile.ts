import * as v from "valibot";
import { HearthError, type ErrorCode } from "../common/errors";
import type { Conversation, Turn } from "./types";

/** Raised when the shape on disk changes; older files are read by a step for each version between. */
const version = 1;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const range = { path: v.string(), startLine: count, endLine: count };
const sampling = v.object({
  sampler: v.picklist(["greedy", "categorical", "top-k", "top-p"]),
  temperature: v.number(),
  topK: v.number(),
  topP: v.number(),
  minP: v.number(),
  repeatPenalty: v.number(),
  seed: v.exactOptional(v.number()),
});
const stats = v.object({
  promptTokens: count,
  reusedTokens: count,
  evaluatedTokens: count,
  generatedTokens: count,
  timeToFirstTokenMs: v.number(),
  decodeTokensPerSecond: v.number(),
  prefillTokensPerSecond: v.number(),
});
const record = v.object({
  model: v.string(),
  modelHash: v.string(),
  sampling,
  seed: v.number(),
  stats,
  stopReason: v.picklist(["endOfTurn", "stopText", "maxTokens", "aborted", "contextFull", "modelChanged"]),
});
const error = v.object({
  name: v.string(),
  message: v.string(),
  code: v.exactOptional(v.custom<ErrorCode>((value) => typeof value === "string")),
  remedy: v.exactOptional(v.string()),
});
const turn = v.object({
  id: v.string(),
  question: v.object({ text: v.string(), attachments: v.array(v.object({ ...range, language: v.string(), text: v.string() })) }),
  userText: v.string(),
  answerText: v.string(),
  answerTokens: v.array(count),
  citations: v.array(v.object({ ...range, symbol: v.exactOptional(v.string()), hash: v.string() })),
  status: v.variant("kind", [
    v.object({ kind: v.literal("running") }),
    v.object({ kind: v.literal("done"), record }),
    v.object({ kind: v.literal("searchResults"), reason: error }),
    v.object({ kind: v.literal("failed"), error }),
  ]),
  dropped: v.boolean(),
  askedAt: v.number(),
});
const file = v.object({
  version: v.literal(version),
  conversation: v.object({ id: v.string(), title: v.string(), createdAt: v.number(), turns: v.array(turn) }),
});

export function serializeConversation(conversation: Conversation): string {
  return `${JSON.stringify({ version, conversation })}\n`;
}

/** Throws when the text is no conversation of a known version. An answer that was running when it was written was cut off. */
export function parseConversation(text: string): Conversation {
  const { conversation } = v.parse(file, JSON.parse(text));
  return { ...conversation, turns: conversation.turns.map(settle) };
}

const cutOff = new HearthError("engine-stopped", "The window was closed before the answer was whole.", {
  remedy: "Ask again to get a whole answer.",
});

function settle(turn: Turn): Turn {
  if (turn.status.kind !== "running") return turn;
  const { name, message, code, remedy } = cutOff;
  return { ...turn, status: { kind: "failed", error: { name, message, code, ...(remedy !== undefined && { remedy }) } } };
}
