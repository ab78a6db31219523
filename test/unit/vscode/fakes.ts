import { AsyncQueue } from "../../../src/common/asyncQueue";
import { Emitter } from "../../../src/common/emitter";
import type { Log } from "../../../src/common/log";
import type { ContextParts } from "../../../src/chat/contextParts";
import type { ChatSession } from "../../../src/chat/session";
import { descendantsOf, withoutTurns } from "../../../src/chat/turnTree";
import type { ChatEvent, ContextFullPolicy, Conversation, Question, Reproduction, Turn, TurnWindow } from "../../../src/chat/types";
import type { DownloadProgress, EngineState, ModelInfo, ResumeResult, StopReason } from "../../../src/engine/ports";
import type { CitationState, HashedRange, IndexStatus } from "../../../src/rag/ports";
import { ChatController } from "../../../src/vscode/chatController";
import { ContextSwitch } from "../../../src/vscode/contextSwitch";
import { ModelStatus } from "../../../src/vscode/modelStatus";
import type { ViewEvents } from "../../../src/vscode/viewSinks";

export function turn(part: Partial<Turn> = {}): Turn {
  return {
    id: "t1",
    question: { text: "Why?", attachments: [] },
    parent: undefined,
    codeText: "",
    userText: "Why?",
    answerText: "",
    answerTokens: [],
    citations: [],
    status: { kind: "running" },
    window: { dropped: [], withoutCode: [] },
    askedAt: 0,
    ...part,
  };
}

export function finished(before: Turn, answerText: string, stopReason: StopReason = "endOfTurn"): Turn {
  const stats = {
    promptTokens: 10,
    reusedTokens: 4,
    restoredTokens: 0,
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
export class FakeSession
  implements Pick<ChatSession, "ask" | "edit" | "regenerate" | "selectBranch" | "compact" | "reproduce" | "resume" | "clear" | "deleteTurn" | "context">
{
  conversation: Conversation;
  readonly asked: Question[] = [];
  readonly regenerated: [turn: string, contextFull: string | undefined][] = [];
  readonly reproduced: string[] = [];
  readonly signals: AbortSignal[] = [];
  readonly resumes: AbortSignal[] = [];
  events = new AsyncQueue<ChatEvent>();
  reproduction = Promise.withResolvers<Reproduction>();
  resumed: Promise<ResumeResult | undefined> = Promise.resolve(undefined);
  /** False: a stopped answer ends only when the test says so. */
  endsOnAbort = true;
  /** What removing the stored copy comes to. */
  removed: Promise<void> = Promise.resolve();

  constructor(id: string) {
    this.conversation = { id, title: "New chat", createdAt: 0, turns: [], leaf: undefined };
  }

  async *ask(question: Question, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    yield* this.#answer(question, this.conversation.leaf, signal);
  }

  async *edit(id: string, question: Question, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    yield* this.#answer(question, this.#turn(id).parent, signal);
  }

  async *regenerate(id: string, signal: AbortSignal, options?: { contextFull?: ContextFullPolicy }): AsyncGenerator<ChatEvent, void, undefined> {
    const { question, parent } = this.#turn(id);
    this.regenerated.push([id, options?.contextFull]);
    yield* this.#answer(question, parent, signal);
  }

  async *compact(signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    this.signals.push(signal);
    this.events = new AsyncQueue();
    signal.addEventListener("abort", () => this.events.fail(signal.reason as Error));
    yield* this.events;
  }

  selectBranch(id: string): Promise<void> {
    this.conversation = { ...this.conversation, leaf: id };
    return Promise.resolve();
  }

  reproduce(id: string, signal: AbortSignal): Promise<Reproduction> {
    this.reproduced.push(id);
    signal.addEventListener("abort", () => this.reproduction.resolve({ kind: "stopped" }));
    return this.reproduction.promise;
  }

  resume(signal: AbortSignal): Promise<ResumeResult | undefined> {
    this.resumes.push(signal);
    return this.resumed;
  }

  clear(): Promise<void> {
    this.conversation = { ...this.conversation, turns: [], leaf: undefined };
    return this.removed;
  }

  async deleteTurn(id: string): Promise<void> {
    this.conversation = withoutTurns(this.conversation, new Set(descendantsOf(this.conversation.turns, id)));
    await this.removed;
  }

  context(question: Question): Promise<ContextParts> {
    const tokens = question.attachments.length;
    return Promise.resolve({ contextSize: 100, parts: [{ kind: "attachments", label: "", tokens, text: "x" }, { kind: "free", label: "", tokens: 100 - tokens }] });
  }

  /** Ends the answer that runs. `window`: what its prompt left out. */
  finish(text: string, reason?: StopReason, window: Partial<TurnWindow> = {}): void {
    const last = this.conversation.turns.at(-1);
    if (!last) throw new Error("nothing was asked");
    const done = finished({ ...last, window: { ...last.window, ...window } }, text, reason);
    this.#keep(done);
    this.events.push({ type: "finished", turn: done });
    this.events.end();
  }

  /** Holds answered turns, each after the one before it. */
  hold(...ids: string[]): void {
    const turns = ids.map((id, i) => finished(turn({ id, parent: ids[i - 1] }), `answer of ${id}`));
    this.conversation = { ...this.conversation, turns, leaf: ids.at(-1) };
  }

  async *#answer(question: Question, parent: string | undefined, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    this.asked.push(question);
    this.signals.push(signal);
    this.events = new AsyncQueue();
    const before = turn({ id: `t${this.conversation.turns.length + 1}`, parent, question });
    this.#keep(before);
    signal.addEventListener("abort", () => {
      if (this.endsOnAbort) this.finish("", "aborted");
    });
    yield { type: "started", turn: before };
    yield* this.events;
  }

  #turn(id: string): Turn {
    return this.conversation.turns.find((one) => one.id === id)!;
  }

  #keep(kept: Turn): void {
    this.conversation = { ...this.conversation, turns: [...this.conversation.turns.filter(({ id }) => id !== kept.id), kept], leaf: kept.id };
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

  readonly discarded: string[] = [];

  discardDownload(model: string): Promise<void> {
    this.discarded.push(model);
    return Promise.resolve();
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

/** A loaded model of which only its identity counts. */
export function ready(hash = "aa"): EngineState {
  return { kind: "ready", info: { id: "phi3-mini", hash, device: "cpu", gpuLayers: 0, layers: 33, threads: 2, contextSize: 4096 } as ModelInfo };
}

export function memoryLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  return { lines, log: { write: (level, message) => void lines.push(`${level}: ${message}`) } };
}

export type Sent = { [K in keyof ViewEvents]: [name: K, value: ViewEvents[K]] }[keyof ViewEvents];

/** A controller over fakes, with all that it sent to a view. `prepare` fills the first session. */
export function openChat(prepare: (session: FakeSession) => void = () => undefined) {
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
  const touched = new Emitter<readonly string[]>();
  const checks: (readonly HashedRange[])[] = [];
  const citations = { states: (ranges: readonly HashedRange[]): readonly CitationState[] => ranges.map(() => "fresh") };
  const checkCitations = (ranges: readonly HashedRange[]) => {
    checks.push(ranges);
    return Promise.resolve(citations.states(ranges));
  };
  const index = { status: { kind: "off" } as IndexStatus, onDidChangeStatus: statuses.subscribe, onDidTouch: touched.subscribe, checkCitations };
  const context = new ContextSwitch(new FakeMemento());
  const { log, lines } = memoryLog();
  const deps = { sessions: { create, close }, model: new ModelStatus(engine), index, context, log };
  const first = create();
  prepare(sessions[0]!);
  const chat = new ChatController(deps, first);
  const sent: Sent[] = [];
  const page = { visible: true };
  const view = chat.connect((name, value) => sent.push([name, value] as Sent), () => page.visible);
  return { chat, sent, view, page, lines, sessions, closed, engine, statuses, touched, citations, checks, context, session: () => sessions.at(-1)! };
}

/** What was sent under one name. */
export function named<K extends keyof ViewEvents>(sent: readonly Sent[], name: K): ViewEvents[K][] {
  return sent.filter(([one]) => one === name).map(([, value]) => value as ViewEvents[K]);
}
