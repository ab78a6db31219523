import { createHash } from "node:crypto";
import * as v from "valibot";
import { describeError, HearthError, isAbortError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import type { ModelDefaults, ServerConfig } from "../ports";
import { listedModel, type ListedModel } from "./listedModel";
import { contextOf } from "./serverContext";
import type { ServerClient } from "./serverClient";
import { missingModel, PassingFailure, unreadable } from "./serverErrors";

/** The programs whose own routes and fields are used, beside OpenAI's. */
export type ServerKind = "llama-server" | "vllm" | "ollama" | "lm-studio" | "hearth" | "other";

/** What a server tells of the model that it runs. */
export interface ServerModel {
  /** As the server names it. */
  readonly name: string;
  readonly kind: ServerKind;
  /** Of the server's address, the model's name and, where it is told, of its content; hex. */
  readonly hash: string;
  /** Tokens of one conversation. */
  readonly contextSize: number;
  /** 0: not told. */
  readonly trainedContextSize: number;
  /** Answers at once; 0: not told. */
  readonly slots: number;
  /** Of the server's program; empty: not told. */
  readonly version: string;
  /** Absent: not told. */
  readonly defaults?: ModelDefaults;
}

/** What the server's own routes add to the list of models. Absent: not told. */
export interface ToldContext {
  readonly contextSize?: number;
  readonly trainedContextSize?: number;
  readonly slots?: number;
  readonly version?: string;
  /** Identifies the model's content. */
  readonly hash?: string;
  /** What another Hearth answers with where nobody sets anything. */
  readonly defaults?: ModelDefaults;
}

const modelList = v.object({ data: v.nullish(v.array(listedModel), []) });

/** Tokens of a conversation where neither the server nor the settings tell. */
const cautiousContext = 4096;
/** Models that an error names. */
const mostNamed = 8;

/** Asks a server what it runs. Throws "server-unreachable" as a `PassingFailure`, "server-model-missing", "bad-setting" and so on. */
export async function askServerModel(client: ServerClient, config: ServerConfig, log: Log, signal: AbortSignal): Promise<ServerModel> {
  const models = (await listModels(client, config, signal)).filter(({ role }) => role !== "embedding");
  const asks = new Questions(client, log, signal);
  const kind = await serverKind(asks, models);
  const listed = chosenModel(models, config, kind, client.address.host);
  const told = await contextOf(asks, kind, listed);
  return {
    name: listed.id,
    kind,
    hash: createHash("sha256").update([client.address.base, listed.id, told.hash ?? ""].join("\n")).digest("hex"),
    contextSize: told.contextSize ?? boundedSetting(config, told),
    trainedContextSize: told.trainedContextSize ?? 0,
    slots: told.slots ?? 0,
    version: told.version ?? "",
    ...(told.defaults && { defaults: told.defaults }),
  };
}

function boundedSetting({ contextSize }: ServerConfig, { trainedContextSize }: ToldContext): number {
  const wanted = contextSize === 0 ? cautiousContext : contextSize;
  return trainedContextSize === undefined ? wanted : Math.min(wanted, trainedContextSize);
}

/** Empty where the server has no list and the settings name the model. */
async function listModels(client: ServerClient, { model }: ServerConfig, signal: AbortSignal): Promise<readonly ListedModel[]> {
  try {
    const reply = v.safeParse(modelList, await client.json({ url: `${client.address.base}/models` }, signal));
    if (!reply.success) throw unreadable(client.address.host);
    return reply.output.data;
  } catch (error) {
    if (model !== "" && error instanceof HearthError && error.code === "server-failed") return [];
    throw error;
  }
}

/** Questions to a server that may not know them. */
export class Questions {
  constructor(
    private readonly client: ServerClient,
    private readonly log: Log,
    private readonly signal: AbortSignal,
  ) {}

  /** Undefined when the server has no such route, or answers otherwise than `schema` says. */
  async ask<T>(route: string, schema: v.GenericSchema<unknown, T>, body?: unknown): Promise<T | undefined> {
    try {
      const reply = v.safeParse(schema, await this.client.json({ url: this.client.address.root + route, ...(body !== undefined && { body }) }, this.signal));
      return reply.success ? reply.output : undefined;
    } catch (error) {
      if (isAbortError(error) || (error instanceof PassingFailure && this.signal.aborted)) throw error;
      this.log.write("debug", `The server does not answer ${route}: ${describeError(error)}`);
      return undefined;
    }
  }
}

const owners: Readonly<Record<string, ServerKind>> = { llamacpp: "llama-server", vllm: "vllm", hearth: "hearth", organization_owner: "lm-studio" };

/** By what the list says, else by routes that only one of them has. */
async function serverKind(asks: Questions, models: readonly ListedModel[]): Promise<ServerKind> {
  const owner = models[0]?.owned_by ?? "";
  const known = owners[owner.toLowerCase()];
  if (known) return known;
  if (await asks.ask("/api/version", v.object({ version: v.string() }))) return "ollama";
  if (await asks.ask("/props", v.object({ default_generation_settings: v.looseObject({}) }))) return "llama-server";
  return "other";
}

/** Servers whose list holds all that they can run. */
const listsAll: ReadonlySet<ServerKind> = new Set<ServerKind>(["vllm", "ollama", "lm-studio", "hearth"]);

function chosenModel(models: readonly ListedModel[], { model }: ServerConfig, kind: ServerKind, host: string): ListedModel {
  const [first] = models;
  if (model === "") {
    if (first) return first;
    throw new HearthError("bad-setting", t("{0} lists no model, and the settings name none.", host), { remedy: t("Name the model that the server has.") });
  }
  const found = models.find(({ id }) => id === model) ?? models.find(({ id }) => id === `${model}:latest`);
  if (found) return found;
  if (!listsAll.has(kind)) return { id: model, ...(kind === "llama-server" && models.length === 1 && { meta: first?.meta }) };
  throw missingModel(t('{0} does not have the model "{1}".', host, model), models.slice(0, mostNamed).map(({ id }) => id));
}
