import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a client sent to be answered. */
export interface AskedOfServer {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
}

/** A server with OpenAI's HTTP API on this machine, whose answers a test writes. */
export class ScriptedServer {
  readonly asked: AskedOfServer[] = [];
  /** Every `authorization` header that came, "" for none. */
  readonly keys: string[] = [];
  /** What it answers, a piece at a time. */
  answer: readonly string[] = ["A ", "short ", "answer."];
  models: readonly string[] = ["qwen"];
  /** The key that it wants; undefined: none. */
  key: string | undefined;
  #server: Server | undefined;
  #port = 0;

  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  get url(): string {
    return `http://${this.host}/v1`;
  }

  /** Listens, on the port that it had before where there was one. */
  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(this.#port, "127.0.0.1", resolve));
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Refuses connections from now on, and ends those that are open. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    this.keys.push(request.headers.authorization ?? "");
    if (this.key !== undefined && request.headers.authorization !== `Bearer ${this.key}`) return json(response, 401, { error: { message: "Wrong key." } });
    if (request.url === "/v1/models") return json(response, 200, { data: this.models.map((id) => ({ id, max_model_len: 32_768 })) });
    if (request.url === "/v1/embeddings") return json(response, 200, { data: vectorsFor(body) });
    if (request.url !== "/v1/chat/completions") return json(response, 404, { error: { message: "No such route." } });
    const asked = JSON.parse(body) as AskedOfServer;
    this.asked.push(asked);
    await this.#stream(response, asked);
  }

  async #stream(response: ServerResponse, { model, messages }: AskedOfServer): Promise<void> {
    const pieces = this.answer;
    response.writeHead(200, { "content-type": "text/event-stream" });
    const send = (part: object) => response.write(`data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model, ...part })}\n\n`);
    for (const content of pieces) {
      send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
      await sleep(20);
    }
    send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    send({ choices: [], usage: { prompt_tokens: messages.length * 100, completion_tokens: pieces.length, total_tokens: messages.length * 100 + pieces.length } });
    response.end("data: [DONE]\n\n");
  }
}

/** Equal texts get equal vectors. */
function vectorsFor(body: string): object[] {
  const { input } = JSON.parse(body) as { input: readonly string[] };
  return input.map((text, index) => ({ index, embedding: [...createHash("sha256").update(text).digest()].map((byte) => byte / 128 - 1) }));
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString("utf8");
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
