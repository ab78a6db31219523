import * as v from "valibot";
import { HearthError, type ErrorCode } from "../common/errors";
import { t } from "../common/l10n";
import { guidanceQueries, guidanceStrategies, kvCacheTypes, samplerNames } from "../engine/ports";
import { mendTree } from "./turnTree";
import { attachmentSources, type Conversation, type Turn } from "./types";

/** Raised when the shape on disk changes; older files are read by a step for each version between. */
const version = 2;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const range = { path: v.string(), startLine: count, endLine: count };
const sampling = v.object({
  sampler: v.picklist(samplerNames),
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
  restoredTokens: v.optional(count, 0), // absent in version 1
  evaluatedTokens: count,
  generatedTokens: count,
  timeToFirstTokenMs: v.number(),
  decodeTokensPerSecond: v.number(),
  prefillTokensPerSecond: v.number(),
  lookup: v.exactOptional(v.object({ proposedTokens: count, acceptedTokens: count, gain: v.number() })),
  estimated: v.exactOptional(v.boolean()),
});
const origin = v.object({
  format: v.picklist(["phi3", "llama2", "llama3", "chatml", "jinja", "server"]),
  libraryVersion: v.string(),
  device: v.string(),
  gpuLayers: count,
  promptHash: v.string(),
});
const guidance = v.object({
  strategy: v.picklist(guidanceStrategies),
  scale: v.number(),
  topN: count,
  query: v.picklist(guidanceQueries),
  adaptive: v.boolean(),
});
const record = v.object({
  model: v.string(),
  modelHash: v.string(),
  sampling,
  seed: v.number(),
  stats,
  stopReason: v.picklist(["endOfTurn", "stopText", "maxTokens", "aborted", "contextFull", "modelChanged"]),
  origin: v.exactOptional(origin),
  system: v.exactOptional(v.string()),
  maxTokens: v.exactOptional(count),
  kvCacheType: v.exactOptional(v.picklist(kvCacheTypes)),
  flashAttention: v.exactOptional(v.boolean()),
  guidance: v.exactOptional(guidance),
  grounded: v.exactOptional(v.literal(true)),
});
const error = v.object({
  name: v.string(),
  message: v.string(),
  code: v.exactOptional(v.custom<ErrorCode>((value) => typeof value === "string")),
  remedy: v.exactOptional(v.string()),
});
const attachment = v.object({
  ...range,
  language: v.string(),
  text: v.string(),
  // A later version may know more sources: what it attached is text all the same.
  source: v.exactOptional(v.fallback(v.picklist(attachmentSources), "paste")),
  label: v.exactOptional(v.string()),
});
const commonFields = {
  id: v.string(),
  question: v.object({ text: v.string(), attachments: v.array(attachment) }),
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
  askedAt: v.number(),
};
const window = v.object({ dropped: v.array(v.string()), withoutCode: v.array(v.string()), summary: v.exactOptional(v.string()) });
const turn = v.object({ ...commonFields, parent: v.optional(v.string()), codeText: v.string(), window });
const head = { id: v.string(), title: v.string(), createdAt: v.number() };
const file = v.object({
  version: v.literal(version),
  conversation: v.object({
    ...head,
    turns: v.array(turn),
    leaf: v.optional(v.string()),
    compacted: v.exactOptional(v.object({ leaf: v.string(), window })),
    pinned: v.exactOptional(v.boolean()),
    titled: v.exactOptional(v.boolean()),
    session: v.exactOptional(v.string()),
  }),
});

const commonTurn = v.object(commonFields);
const turn1 = v.object({ ...commonFields, dropped: v.boolean() });
const file1 = v.object({ version: v.literal(1), conversation: v.object({ ...head, turns: v.array(turn1) }) });
type File1 = v.InferOutput<typeof file1>;

/** Any file of ours, whatever its version. */
const versioned = v.object({ version: v.pipe(v.number(), v.integer(), v.minValue(1)) });

export function serializeConversation(conversation: Conversation): string {
  return `${JSON.stringify({ version, conversation })}\n`;
}

/**
 * The conversation as the text has it; `settleTurn` says what became of an answer that was running when it was written.
 * Throws "bad-use" when a later version of Hearth wrote it, and another error when it is no conversation.
 *
 * @param id the conversation's name on disk, by which it is saved again whatever the text says
 */
export function parseConversation(text: string, id?: string): Conversation {
  const json: unknown = JSON.parse(text);
  const written = v.parse(versioned, json).version;
  if (written > version) throw newerVersion(written);
  const { conversation } = written === 1 ? fromVersion1(v.parse(file1, json)) : v.parse(file, json);
  const turns = conversation.turns.map((turn): Turn => ({ ...turn, parent: turn.parent }));
  return mendTree({ ...conversation, id: id ?? conversation.id, turns, leaf: conversation.leaf });
}

/** One line of turns, without branches. A turn's code stands in its user message, and can leave with the turn only. */
function fromVersion1({ conversation }: File1): { readonly conversation: Conversation } {
  const turns = conversation.turns.map((turn, at, all): Turn => {
    const before = all.slice(0, at);
    const window = { dropped: before.filter((other) => other.dropped).map((other) => other.id), withoutCode: [] };
    return { ...v.parse(commonTurn, turn), parent: before.at(-1)?.id, codeText: "", window };
  });
  return { conversation: { ...conversation, turns, leaf: turns.at(-1)?.id } };
}

function newerVersion(written: number): HearthError {
  return new HearthError("bad-use", t("The conversation was written by a later version of Hearth (file version {0}).", written), {
    remedy: t("Update Hearth to open it."),
  });
}

function cutOff(): HearthError {
  return new HearthError("engine-stopped", t("The window was closed before the answer was whole."), {
    remedy: t("Ask again to get a whole answer."),
  });
}

/** An answer that was running when it was written, and that nobody in this process goes on with, was cut off. */
export function settleTurn(turn: Turn): Turn {
  if (turn.status.kind !== "running") return turn;
  const { name, message, code, remedy } = cutOff();
  return { ...turn, status: { kind: "failed", error: { name, message, code, ...(remedy !== undefined && { remedy }) } } };
}
