import { AsyncQueue } from "../../../src/common/asyncQueue";
import { Emitter } from "../../../src/common/emitter";
import type { ChatSession } from "../../../src/chat/session";
import type { ChatEvent, Conversation, Question, Turn } from "../../../src/chat/types";
import type { DownloadProgress, EngineState, ModelInfo, StopReason } from "../../../src/engine/ports";
import type { IndexStatus } from "../../../src/rag/ports";
import { ChatController, type ViewEvents } from "../../../src/vscode/chatController";
import { ContextSwitch } from "../../../src/vscode/contextSwitch";
import { ModelStatus } from "../../../src/vscode/modelStatus";

export function turn(part: Partial<Turn> = {}): Turn {
  return {
    id: "t1",
    question: { text: "Why?", attachments: [] },
    userText: "Why?",
    answerText: "",
    answerTokens: [],
    citations: [],
    status: { kind: "running" },
    dropped: false,
    askedAt: 0,
    ...part,
  };
}

export function finished(before: Turn, answerText: string, stopReason: StopReason = "endOfTurn"): Turn {
  const stats = {
    promptTokens: 10,
    reusedTokens: 4,
    evaluatedTokens: 6,
    generatedTokens: 3,
    timeToFirstTokenMs: 5,
    decodeTokensPerSecond: 7,
    prefillTokensPerSecond: 8,
  };
  const sampling = { sampler: "greedy", temperature: 0, topK: 0, topP: 1, minP: 0, repeatPenalty: 1 } as const;
  const record = { model: "phi3-mini", modelHash: "0123456789abcdef", sampling, seed: 1, stats, stopReason };
  return { ...before, answerText, status: { kind: "done", record } };
}

/** A session whose events the test hands out. */
export class FakeSession implements Pick<ChatSession, "ask" | "clear"> {
  conversation: Conversation;
  readonly asked: Question[] = [];
  readonly signals: AbortSignal[] = [];
  events = new AsyncQueue<ChatEvent>();
  /** False: a stopped answer ends only when the test says so. */
  endsOnAbort = true;
  /** What removing the stored copy comes to. */
  removed: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.conversation = { id, title: "New chat", createdAt: 0, turns: [] };
  }

  async *ask(question: Question, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    this.asked.push(question);
    this.signals.push(signal);
    this.events = new AsyncQueue();
    const before = turn({ id: `t${this.asked.length}`, question });
    this.#keep(before);
    signal.addEventListener("abort", () => {
      if (this.endsOnAbort) this.finish("", "aborted");
    });
    yield { type: "started", turn: before };
    yield* this.events;
  }

  clear(): Promise<void> {
    this.conversation = { ...this.conversation, turns: [] };
    return this.removed;
  }

  finish(text: string, reason?: StopReason): void {
    const last = this.conversation.turns.at(-1);
    if (!last) throw new Error("nothing was asked");
    const done = finished(last, text, reason);
    this.#keep(done);
    this.events.push({ type: "finished", turn: done });
    this.events.end();
  }

  /** Takes a turn out of the model's context. */
  drop(id: string): void {
    this.conversation = { ...this.conversation, turns: this.conversation.turns.map((one) => (one.id === id ? { ...one, dropped: true } : one)) };
  }

  #keep(kept: Turn): void {
    this.conversation = { ...this.conversation, turns: [...this.conversation.turns.filter(({ id }) => id !== kept.id), kept] };
  }
}

export class FakeEngine {
  readonly changed = new Emitter<EngineState>();
  readonly onDidChangeState = this.changed.subscribe;
  state: EngineState = { kind: "idle", model: "phi3-mini" };
  downloads = new AsyncQueue<DownloadProgress>();
  loads = 0;

  download(_model: string, signal: AbortSignal): AsyncIterable<DownloadProgress> {
    signal.addEventListener("abort", () => this.downloads.fail(signal.reason as Error));
    return this.downloads;
  }

  load(): Promise<ModelInfo> {
    this.loads++;
    return Promise.resolve({} as ModelInfo);
  }

  become(state: EngineState): void {
    this.state = state;
    this.changed.fire(state);
  }
}

export class FakeMemento {
  readonly values = new Map<string, unknown>();

  get<T>(key: string): T | undefined {
    return this.values.get(key) as T | undefined;
  }

  update(key: string, value: unknown): Promise<void> {
    this.values.set(key, value);
    return Promise.resolve();
  }
}

export type Sent = { [K in keyof ViewEvents]: [name: K, value: ViewEvents[K]] }[keyof ViewEvents];

/** A controller over fakes, with all that it sent to a view. */
export function openChat() {
  const sessions: FakeSession[] = [];
  const closed: string[] = [];
  const create = () => {
    const session = new FakeSession(`c${sessions.length + 1}`);
    sessions.push(session);
    return session as unknown as ChatSession;
  };
  const close = (id: string) => {
    closed.push(id);
    return Promise.resolve();
  };
  const engine = new FakeEngine();
  const statuses = new Emitter<IndexStatus>();
  const index = { status: { kind: "off" } as IndexStatus, onDidChangeStatus: statuses.subscribe };
  const context = new ContextSwitch(new FakeMemento());
  const deps = { sessions: { create, close }, model: new ModelStatus(engine), index, context };
  const chat = new ChatController(deps, create());
  const sent: Sent[] = [];
  const view = chat.connect((name, value) => sent.push([name, value] as Sent));
  return { chat, sent, view, sessions, closed, engine, statuses, context, session: () => sessions.at(-1)! };
}
