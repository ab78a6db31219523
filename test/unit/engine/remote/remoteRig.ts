import type { Log } from "../../../../src/common/log";
import type { GenerateEvent, GenerateRequest, GenerateResult, Sampling, ServerConfig } from "../../../../src/engine/ports";
import { createRemoteChat, type RemoteChat } from "../../../../src/engine/remote/remoteChat";
import { FakeServer } from "./fakeServer";

export const never = new AbortController().signal;
export const sampling: Sampling = { sampler: "top-k", temperature: 0.5, topK: 20, topP: 0.9, minP: 0.1, repeatPenalty: 1.1, seed: 7 };

export function serverConfig(url: string, more: Partial<ServerConfig> = {}): ServerConfig {
  return { url, model: "", contextSize: 0, silenceSeconds: 60, ...more };
}

export function question(user: string, more: Partial<GenerateRequest> = {}): GenerateRequest {
  return { conversation: "c", system: "Be brief.", turns: [{ id: "t1", user }], sampling, maxTokens: 50, ...more };
}

/** A scripted server and the chat model over it. */
export class RemoteRig {
  readonly logged: string[] = [];
  readonly #chats: RemoteChat[] = [];

  private constructor(readonly server: FakeServer) {}

  static async start(): Promise<RemoteRig> {
    const server = await FakeServer.start();
    server.json("GET /v1/models", { data: [{ id: "tiny", owned_by: "vllm", max_model_len: 1000 }] });
    return new RemoteRig(server);
  }

  readonly log: Log = { write: (level, message) => this.logged.push(`${level}: ${message}`) };

  chat(more: Partial<ServerConfig> = {}, { key, retryDelays = [5, 10, 20] }: { key?: string; retryDelays?: readonly number[] } = {}): RemoteChat {
    const chat = createRemoteChat({ config: serverConfig(this.server.url, more), keys: () => Promise.resolve(key), log: this.log, retryDelays });
    this.#chats.push(chat);
    return chat;
  }

  async stop(): Promise<void> {
    for (const chat of this.#chats) await chat.close("aborted");
    await this.server.stop();
  }
}

export interface Answer {
  readonly text: string;
  readonly events: readonly GenerateEvent[];
  readonly result: GenerateResult | undefined;
  readonly error: unknown;
}

/** All that comes of a request, a failure included. */
export async function answerOf(events: AsyncIterable<GenerateEvent>): Promise<Answer> {
  const seen: GenerateEvent[] = [];
  let error: unknown;
  try {
    for await (const event of events) seen.push(event);
  } catch (thrown) {
    error = thrown;
  }
  const text = seen.map((event) => (event.type === "text" ? event.text : "")).join("");
  return { text, events: seen, result: seen.find((event) => event.type === "done"), error };
}
