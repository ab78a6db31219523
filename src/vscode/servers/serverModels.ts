import * as v from "valibot";
import type { Log } from "../../common/log";
import type { ServerConfig } from "../../engine/ports";
import { serverAddress } from "../../engine/remote/serverAddress";
import { ServerClient } from "../../engine/remote/serverClient";
import { PassingFailure, unreadable } from "../../engine/remote/serverErrors";
import { askServerModel } from "../../engine/remote/serverModel";

/** How long a server may take to say what it has. */
const silenceSeconds = 10;

const size = v.nullish(v.number());
const list = v.object({ data: v.array(v.object({ id: v.string(), max_model_len: size, context_length: size })) });

export interface ServerModel {
  /** As the server names it. */
  readonly id: string;
  /** Tokens of one conversation, where the list tells. */
  readonly contextSize?: number;
}

/** What a server offers. Throws "server-unreachable", "server-refused", "server-failed" and "bad-setting". */
export function serverModels(url: string, key: string | undefined): Promise<readonly ServerModel[]> {
  return asking(url, key, async (client, signal) => {
    const reply = v.safeParse(list, await client.json({ url: `${client.address.base}/models` }, signal));
    if (!reply.success) throw unreadable(client.address.host);
    return reply.output.data.map(({ id, max_model_len, context_length }) => toModel(id, max_model_len ?? context_length ?? undefined));
  });
}

/** The model that would answer, as the engine would have it. Throws "server-model-missing" as well. */
export function answeringModel(config: ServerConfig, key: string | undefined): Promise<ServerModel> {
  return asking(config.url, key, async (client, signal) => {
    const { name, contextSize } = await askServerModel(client, config, silentLog, signal);
    return { id: name, contextSize };
  });
}

const silentLog: Log = { write: () => undefined };

async function asking<T>(url: string, key: string | undefined, ask: (client: ServerClient, signal: AbortSignal) => Promise<T>): Promise<T> {
  const client = new ServerClient({ address: serverAddress(url), role: "chat", keys: () => Promise.resolve(key), silenceSeconds });
  try {
    return await ask(client, new AbortController().signal);
  } catch (error) {
    throw error instanceof PassingFailure ? error.error : error;
  } finally {
    await client.close();
  }
}

function toModel(id: string, contextSize: number | undefined): ServerModel {
  return { id, ...(contextSize !== undefined && { contextSize }) };
}
