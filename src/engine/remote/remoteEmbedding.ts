import { createHash } from "node:crypto";
import * as v from "valibot";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { type EmbeddingUse, embeddingUse } from "../catalog/embeddingFamilies";
import type { EmbeddingInfo, EmbeddingKind, EmbeddingModel } from "../ports";
import type { RemoteOptions } from "./remoteChat";
import { withRetries } from "./retries";
import { type ServerAddress, serverAddress } from "./serverAddress";
import { ServerClient } from "./serverClient";
import { unreadable } from "./serverErrors";

export interface RemoteEmbedding extends EmbeddingModel {
  dispose(): Promise<void>;
}

/** Embeddings of a server with OpenAI's API. Nothing is sent before it is needed. Throws "bad-setting" for an address that is none. */
export function createRemoteEmbedding(options: RemoteOptions): RemoteEmbedding {
  return new ServerEmbedding(options);
}

const textsAtOnce = 32;
/** Characters of one request, which is about what servers take in one batch. */
const charactersAtOnce = 60_000;
/** A text that is still too long then is given up. */
const shortestCut = 200;

const modelList = v.object({ data: v.nullish(v.array(v.object({ id: v.string(), role: v.optional(v.nullable(v.string())), hash: v.optional(v.nullable(v.string())) })), []) });
const reply = v.object({ data: v.array(v.object({ index: v.optional(v.number()), embedding: v.array(v.number()) })) });

interface Known {
  readonly info: EmbeddingInfo;
  readonly use: EmbeddingUse;
}

class ServerEmbedding implements RemoteEmbedding {
  readonly #options: RemoteOptions;
  readonly #address: ServerAddress;
  readonly #client: ServerClient;
  readonly #closing = new AbortController();
  #known: Known | undefined;

  constructor(options: RemoteOptions) {
    const { url, silenceSeconds } = options.config;
    this.#options = options;
    this.#address = serverAddress(url);
    this.#client = new ServerClient({ address: this.#address, role: "embedding", keys: options.keys, silenceSeconds });
  }

  async info(signal?: AbortSignal): Promise<EmbeddingInfo> {
    return (await this.#ask(signal)).info;
  }

  /** Vectors of length 1; a text without content gives zeros. A text that is too long for the model is cut until it fits. */
  async embed(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    const { info, use } = await this.#ask(signal);
    const prefix = { query: use.queryPrefix, document: use.documentPrefix, raw: "" }[kind];
    const vectors: Float32Array[] = texts.map(() => new Float32Array(info.dimensions));
    const filled = texts.flatMap((text, at) => (text.trim() === "" ? [] : [{ at, text: prefix + text }]));
    for (const batch of batches(filled)) {
      const found = await this.#embed(info.id, batch.map(({ text }) => text), this.#bounded(signal));
      batch.forEach(({ at }, index) => (vectors[at] = sized(found[index], info)));
    }
    return vectors;
  }

  async dispose(): Promise<void> {
    this.#closing.abort();
    await this.#client.close();
  }

  #bounded(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  /** The length of the vectors is only seen by making one. */
  async #ask(given: AbortSignal | undefined): Promise<Known> {
    if (this.#known) return this.#known;
    const signal = this.#bounded(given);
    const { id, hash } = await this.#model(signal);
    const use = embeddingUse(id, { name: id });
    const [probe] = await this.#embed(id, ["length"], signal);
    if (!probe || probe.length === 0) throw unreadable(this.#address.host);
    const { leastDimensions } = use;
    const info = { id, hash: hashOf([this.#address.base, id, hash, use.documentPrefix]), dimensions: probe.length, ...(leastDimensions !== undefined && { leastDimensions }) };
    this.#options.log.write("info", `${id} on ${this.#address.host}: embeddings of ${probe.length} dimensions`);
    return (this.#known = { info, use });
  }

  /** `hash` tells the model's content where the server does; empty otherwise. */
  async #model(signal: AbortSignal): Promise<{ readonly id: string; readonly hash: string }> {
    const { config } = this.#options;
    const listed = await this.#listed(signal);
    if (config.model !== "") return { id: config.model, hash: listed.find(({ id }) => id === config.model)?.hash ?? "" };
    const first = listed.find(({ role }) => role === "embedding") ?? listed.find(({ role }) => role == null);
    if (first) return { id: first.id, hash: first.hash ?? "" };
    throw new HearthError("bad-setting", t("{0} lists no embedding model, and the settings name none.", this.#address.host), { remedy: t("Name the model that the server has.") });
  }

  async #listed(signal: AbortSignal) {
    try {
      const read = v.safeParse(modelList, await this.#json({ url: `${this.#address.base}/models` }, signal));
      return read.success ? read.output.data : [];
    } catch (error) {
      if (error instanceof HearthError && error.code === "server-failed") return [];
      throw error;
    }
  }

  async #embed(model: string, texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    try {
      return await this.#vectors(model, texts, signal);
    } catch (error) {
      if (!isTooLong(error)) throw error;
      const [only = ""] = texts;
      if (texts.length === 1 && only.length <= shortestCut) throw error;
      if (texts.length === 1) return this.#embed(model, [only.slice(0, Math.floor(only.length / 2))], signal);
      const apart: (readonly number[])[] = [];
      for (const text of texts) apart.push(...(await this.#embed(model, [text], signal)));
      return apart;
    }
  }

  async #vectors(model: string, texts: readonly string[], signal: AbortSignal): Promise<readonly (readonly number[])[]> {
    const read = v.safeParse(reply, await this.#json({ url: `${this.#address.base}/embeddings`, body: { model, input: texts, encoding_format: "float" } }, signal));
    if (!read.success || read.output.data.length !== texts.length) throw unreadable(this.#address.host);
    const rows = read.output.data.map(({ index, embedding }, at) => ({ at: index ?? at, embedding }));
    return rows.sort((a, b) => a.at - b.at).map(({ embedding }) => embedding);
  }

  #json(wanted: { readonly url: string; readonly body?: unknown }, signal: AbortSignal): Promise<unknown> {
    const { log, retryDelays } = this.#options;
    return withRetries(() => this.#client.json(wanted, signal), signal, { log, ...(retryDelays && { delays: retryDelays }) });
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof HearthError && error.code === "prompt-too-long";
}

interface Placed {
  readonly at: number;
  readonly text: string;
}

function batches(texts: readonly Placed[]): readonly (readonly Placed[])[] {
  const all: Placed[][] = [];
  let characters = Infinity;
  for (const row of texts) {
    const last = all.at(-1);
    characters += row.text.length;
    if (last && last.length < textsAtOnce && characters <= charactersAtOnce) last.push(row);
    else {
      all.push([row]);
      characters = row.text.length;
    }
  }
  return all;
}

/** A server that was given another model has vectors of another length, and none of them goes with the index. */
function sized(vector: readonly number[] | undefined, { id, dimensions }: EmbeddingInfo): Float32Array {
  if (vector?.length === dimensions) return normalise(vector);
  throw new HearthError("server-failed", t("The server's vectors have {0} numbers, and those of {1} had {2} before.", vector?.length ?? 0, id, dimensions), {
    remedy: t("The server seems to run another model now: reload the window, or start the program again, and the index is made anew."),
  });
}

function normalise(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => (length > 0 ? value / length : 0));
}

function hashOf(parts: readonly string[]): string {
  return createHash("sha256").update(parts.join("\n")).digest("hex");
}
