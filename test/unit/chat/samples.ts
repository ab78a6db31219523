import { newConversation, newTurn, withTurn } from "../../../src/chat/conversation";
import type { AnswerRecord, Conversation, Turn } from "../../../src/chat/types";
import { info } from "./fakes";

export const stats = {
  promptTokens: 3,
  reusedTokens: 1,
  restoredTokens: 0,
  evaluatedTokens: 2,
  generatedTokens: 1,
  timeToFirstTokenMs: 5.5,
  decodeTokensPerSecond: 2,
  prefillTokensPerSecond: 9,
};

export const record: AnswerRecord = {
  model: "m",
  modelHash: "h",
  sampling: info.defaults.sampling,
  seed: 4,
  stats: { ...stats, lookup: { proposedTokens: 4, acceptedTokens: 3, gain: 1.5 } },
  stopReason: "endOfTurn",
  origin: { format: "phi3", libraryVersion: "3.21.1", device: "cpu", gpuLayers: 0, promptHash: "ab" },
  system: "Be brief.",
  maxTokens: 50,
  kvCacheType: "f16",
  flashAttention: false,
};

/** A conversation of one turn that has everything a turn can have. */
export function sampleConversation(question = "Where is it?"): Conversation {
  const asked = newTurn({ text: question, attachments: [{ path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "x" }] }, undefined);
  const citations = [{ path: "b.ts", startLine: 1, endLine: 9, hash: "c" }];
  const window = { dropped: ["gone"], withoutCode: ["bare"], summary: "They spoke." };
  const done = { ...asked, codeText: "code", window, answerText: "Here.", answerTokens: [5, 6], citations, status: { kind: "done" as const, record } };
  return { ...withTurn(newConversation(), done), compacted: { leaf: asked.id, window } };
}

/** An answered turn; `askedAt` counts up. */
export function turn(id: string, over: Partial<Turn> = {}): Turn {
  const asked = newTurn({ text: `Question ${id}`, attachments: [] }, over.parent, undefined, ++clock);
  return { ...asked, id, answerText: `Answer ${id}`, answerTokens: [1], status: { kind: "done", record }, ...over };
}

let clock = Date.now();

/** A conversation of these turns; the last one is shown. */
export function conversationOf(turns: readonly Turn[], over: Partial<Conversation> = {}): Conversation {
  return { ...turns.reduce(withTurn, newConversation()), ...over };
}
