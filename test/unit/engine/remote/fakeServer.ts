import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SeenRequest {
  readonly method: string;
  readonly route: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

export type Handler = (request: SeenRequest, response: ServerResponse) => void | Promise<void>;

/** A server whose replies a test scripts, route by route; what it does not know is 404. */
export class FakeServer {
  readonly seen: SeenRequest[] = [];
  readonly #handlers = new Map<string, Handler>();
  readonly #failures: unknown[] = [];

  private constructor(private readonly server: Server) {
    server.on("request", (request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        this.#failures.push(error);
        response.destroy();
      });
    });
  }

  static async start(): Promise<FakeServer> {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FakeServer(server);
  }

  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/v1`;
  }

  /** @param route such as "POST /v1/chat/completions" */
  on(route: string, handler: Handler): this {
    this.#handlers.set(route, handler);
    return this;
  }

  /** Answers the route with this JSON. */
  json(route: string, body: unknown, status = 200): this {
    return this.on(route, (_, response) => reply(response, status, body));
  }

  requests(route: string): readonly SeenRequest[] {
    return this.seen.filter((request) => `${request.method} ${request.route}` === route);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
    if (this.#failures.length > 0) throw new AggregateError(this.#failures, "the fake server failed");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = "";
    for await (const part of request) text += String(part);
    const { method = "", url = "", headers } = request;
    const seen = { method, route: url, headers, body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>) };
    this.seen.push(seen);
    const handler = this.#handlers.get(`${method} ${url}`);
    if (!handler) return reply(response, 404, { error: { message: `There is no ${url}.` } });
    await handler(seen, response);
  }
}

export function reply(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

/** Begins a stream of events. */
export function beginStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
}

export function sendEvent(response: ServerResponse, data: unknown): void {
  response.write(`data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`);
}

export const textChunk = (content: string) => ({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
export const endChunk = (finish = "stop") => ({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
export const usageChunk = (prompt: number, completion: number, cached?: number) => ({
  choices: [],
  usage: { prompt_tokens: prompt, completion_tokens: completion, ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }) },
});

/** Streams these chunks, then the end. */
export function streams(...chunks: readonly unknown[]): Handler {
  return (_, response) => {
    beginStream(response);
    for (const chunk of [...chunks, "[DONE]"]) sendEvent(response, chunk);
    response.end();
  };
}
