import * as v from "valibot";
import { type ModelDefaults, samplerNames } from "../ports";
import { listedModel, type ListedModel } from "./listedModel";
import type { Questions, ServerKind, ToldContext } from "./serverModel";

const size = v.optional(v.nullable(v.number()));

const defaults = v.object({
  sampling: v.object({ sampler: v.picklist(samplerNames), temperature: v.number(), topK: v.number(), topP: v.number(), minP: v.number(), repeatPenalty: v.number() }),
  maxTokens: v.number(),
  systemPrompt: v.string(),
});
const props = v.object({
  default_generation_settings: v.optional(v.object({ n_ctx: size })),
  total_slots: size,
  build_info: v.optional(v.nullable(v.string())),
  hash: v.optional(v.nullable(v.string())),
  // Another Hearth's own. What an earlier or a later one has otherwise is as good as not told.
  hearth: v.fallback(v.optional(v.object({ defaults })), undefined),
});
const version = v.object({ version: v.string() });
const runningModels = v.object({ models: v.array(v.object({ name: v.optional(v.string()), model: v.optional(v.string()), context_length: size })) });
const shownModel = v.object({ parameters: v.optional(v.nullable(v.string())), model_info: v.optional(v.nullable(v.record(v.string(), v.unknown()))) });
const studioModels = v.object({ data: v.array(v.object({ id: v.string(), max_context_length: size, loaded_context_length: size })) });

/** How many tokens a conversation may have on this server, from wherever this kind of server tells it. */
export async function contextOf(asks: Questions, kind: ServerKind, model: ListedModel): Promise<ToldContext> {
  switch (kind) {
    case "llama-server":
      return { ...listed(model), ...(await llamaServer(asks)) };
    case "hearth":
      return hearth(asks, model);
    case "vllm":
      return { ...listed(model), ...told({ version: (await asks.ask("/version", version))?.version }) };
    case "ollama":
      return ollama(asks, model.id);
    case "lm-studio":
      return lmStudio(asks, model.id);
    case "other":
      return listed(model);
    default:
      return kind satisfies never;
  }
}

function listed({ max_model_len, context_length, meta, hash }: ListedModel): ToldContext {
  return told({ contextSize: max_model_len ?? context_length, trainedContextSize: meta?.n_ctx_train, hash });
}

/** Its list tells all once the model is loaded, which asking for its properties sees to. */
async function hearth(asks: Questions, model: ListedModel): Promise<ToldContext> {
  const loaded = await llamaServer(asks);
  const row = (await asks.ask(`/v1/models/${encodeURIComponent(model.id)}`, listedModel)) ?? model;
  return { ...listed(row), ...loaded, ...told({ version: (await asks.ask("/health", version))?.version }) };
}

/** `n_ctx` is what one of its slots has. */
async function llamaServer(asks: Questions): Promise<ToldContext> {
  const found = await asks.ask("/props", props);
  return told({
    contextSize: found?.default_generation_settings?.n_ctx,
    slots: found?.total_slots,
    version: found?.build_info,
    hash: found?.hash,
    defaults: found?.hearth?.defaults,
  });
}

/**
 * The context that the model is loaded with, else the one that its own file sets. The trained one, which the server
 * tells too, is not what it runs with: Ollama cuts prompts in silence at a few thousand tokens by default.
 */
async function ollama(asks: Questions, model: string): Promise<ToldContext> {
  const running = (await asks.ask("/api/ps", runningModels))?.models.find((row) => row.name === model || row.model === model);
  const shown = await asks.ask("/api/show", shownModel, { model });
  const set = /^num_ctx\s+(\d+)/m.exec(shown?.parameters ?? "")?.[1];
  const trained = Object.entries(shown?.model_info ?? {}).find(([key]) => key.endsWith(".context_length"))?.[1];
  return told({
    contextSize: running?.context_length ?? (set === undefined ? undefined : Number(set)),
    trainedContextSize: typeof trained === "number" ? trained : undefined,
    version: (await asks.ask("/api/version", version))?.version,
  });
}

async function lmStudio(asks: Questions, model: string): Promise<ToldContext> {
  const row = (await asks.ask("/api/v0/models", studioModels))?.data.find(({ id }) => id === model);
  return told({ contextSize: row?.loaded_context_length, trainedContextSize: row?.max_context_length });
}

interface Answers {
  readonly contextSize?: number | null | undefined;
  readonly trainedContextSize?: number | null | undefined;
  readonly slots?: number | null | undefined;
  readonly version?: string | null | undefined;
  readonly hash?: string | null | undefined;
  readonly defaults?: ModelDefaults | undefined;
}

/** Without what was not told, and without numbers that are none. */
function told({ contextSize, trainedContextSize, slots, version, hash, defaults }: Answers): ToldContext {
  return {
    ...(isSize(contextSize) && { contextSize }),
    ...(isSize(trainedContextSize) && { trainedContextSize }),
    ...(isSize(slots) && { slots }),
    ...(version != null && version !== "" && { version }),
    ...(hash != null && hash !== "" && { hash }),
    ...(defaults && { defaults }),
  };
}

function isSize(value: number | null | undefined): value is number {
  return value != null && Number.isInteger(value) && value > 0;
}
