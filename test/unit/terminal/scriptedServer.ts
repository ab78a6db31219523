import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AsyncQueue } from "../../../src/common/asyncQueue";
import { raceSignal } from "../../../src/common/raceSignal";
import { limitMs } from "./testTerminal";

export interface AskedOfServer {
  readonly model: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly temperature?: number;
}

/** One answer that is being streamed, written piece by piece by a test. */
export class ScriptedAnswer {
  readonly #response: ServerResponse;
  /** Resolves when the client has gone, or the answer has ended. */
  readonly closed: Promise<unknown>;

  constructor(
    response: ServerResponse,
    readonly asked: AskedOfServer,
  ) {
    this.#response = response;
    this.closed = once(response, "close");
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
  }

  write(content: string): void {
    this.#send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  }

  end(content = ""): void {
    if (content !== "") this.write(content);
    this.#send({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
    this.#send({ choices: [], usage: { prompt_tokens: 100, completion_tokens: 10, total_tokens: 110 } });
    this.#response.end("data: [DONE]\n\n");
  }

  #send(part: object): void {
    this.#response.write(`data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 1, model: this.asked.model, ...part })}\n\n`);
  }
}

/** A server with OpenAI's HTTP API on this machine, whose answers a test writes. */
export class ScriptedServer {
  readonly #answers = new AsyncQueue<ScriptedAnswer>();
  readonly #next = this.#answers[Symbol.asyncIterator]();
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  async start(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return this;
  }

  async stop(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  /** The next question that is asked. */
  async asked(): Promise<ScriptedAnswer> {
    const asked = await raceSignal(this.#next.next(), AbortSignal.timeout(limitMs));
    if (asked.done === true) throw new Error("Nothing more is asked.");
    return asked.value;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    if (request.url === "/v1/models") return reply(response, 200, { data: ["scripted", "other"].map((id) => ({ id, max_model_len: 8192 })) });
    if (request.url !== "/v1/chat/completions") return reply(response, 404, { error: { message: "No such route." } });
    this.#answers.push(new ScriptedAnswer(response, JSON.parse(Buffer.concat(parts).toString("utf8")) as AskedOfServer));
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
