import assert from "node:assert/strict";
import { createAssistant } from "../../../../src/assistant";
import { memoryStore } from "../../../../src/chat/memoryStore";
import type { ConversationStore } from "../../../../src/chat/store";
import type { ChatSettings } from "../../../../src/chat/types";
import { silentLog } from "../../../../src/common/log";
import { type Admission, openAdmission } from "../../../../src/service/admission";
import { createService } from "../../../../src/service/createService";
import type { AnswerMetrics } from "../../../../src/service/metrics";
import { FakeIndex } from "../../cli/fakeIndex";
import { FakeEngine } from "../../cli/fakes";

export interface Row {
  readonly [key: string]: unknown;
}

export interface Answered {
  readonly answer: string;
  readonly session_id: string;
  readonly conversation_id: string;
}

/** The service's sessions over fakes, asked without a port. */
export class ChatService {
  readonly engine = new FakeEngine();
  readonly index = new FakeIndex();
  readonly stop = new AbortController();
  readonly counted: string[] = [];
  admission: Admission = openAdmission;
  settings: ChatSettings = { sampling: {}, useContext: true, contextFull: "dropOldest" };
  readonly #metrics: AnswerMetrics = { answered: (_stats, stopReason) => void this.counted.push(stopReason) };
  #url: Promise<string> | undefined;
  readonly app;

  constructor(store: ConversationStore = memoryStore()) {
    const settings = () => this.settings;
    const assistant = createAssistant({ engine: this.engine, index: this.index, store, settings, log: silentLog });
    const admission: Admission = { enter: (client, signal, work) => this.admission.enter(client, signal, work) };
    this.app = createService({
      ...{ ...assistant, admission, metrics: this.#metrics, settings, log: silentLog },
      ...{ indexReady: Promise.resolve(), version: "1.2.3", stop: this.stop.signal },
    });
  }

  /** Of a real port: what streams cannot be asked without one. */
  url(): Promise<string> {
    return (this.#url ??= this.app.listen({ host: "127.0.0.1", port: 0 }));
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.app.close();
  }

  async request(method: "GET" | "POST" | "DELETE", url: string, body?: object) {
    const reply = await this.app.inject({ method, url, headers: { host: "127.0.0.1" }, ...(body && { payload: body }) });
    return { status: reply.statusCode, text: reply.body, body: reply.headers["content-type"]?.toString().startsWith("application/json") ? (JSON.parse(reply.body) as Row) : {} };
  }

  /** The body of a reply that must be 200. */
  async get(url: string): Promise<Row> {
    const { status, text, body } = await this.request("GET", url);
    assert.equal(status, 200, text);
    return body;
  }

  async ask(query: string, place: Partial<Omit<Answered, "answer">> = {}): Promise<Answered> {
    const { status, text, body } = await this.request("POST", "/chat/query", { query, ...place });
    assert.equal(status, 200, text);
    return body as unknown as Answered;
  }

  /** Resolves when the model is at work on one more answer, at which it stays. */
  async hang<T>(asking: Promise<T>, requests = this.engine.requests.length + 1): Promise<{ readonly asking: Promise<T> }> {
    while (this.engine.requests.length < requests) await new Promise((resolve) => setTimeout(resolve, 2));
    return { asking };
  }
}

export const errorOf = (body: Row) => body["error"] as { readonly code: string; readonly message: string };
