import { AsyncQueue } from "../common/asyncQueue";
import { describeError, isAbortError } from "../common/errors";
import type { Log } from "../common/log";
import type { ChatModel, GenerateResult, ModelInfo, Prompt, PromptSize, Sampling } from "../engine/ports";
import type { RetrievedChunk, Retriever } from "../rag/ports";
import { assertFits, codeBudget, hasRoomForAll, overlaps, pack, turnsToDrop } from "./contextBudget";
import { historyOf, promptAnswer } from "./conversation";
import type { ChatEvent, ChatSettings, Citation, Conversation, Turn } from "./types";
import { codeBlock, userMessage } from "./userMessage";

export interface TurnRunDeps {
  readonly model: ChatModel;
  readonly retriever: Retriever | undefined;
  readonly settings: ChatSettings;
  readonly log: Log;
}

/** Chunks asked of the retriever; the budget decides how many of them are taken. */
const candidates = 24;
/** Characters of attached code that go into the search, since "Explain this code." says nothing by itself. */
const attachmentQueryLength = 1000;

/**
 * One question on its way to its answer: retrieve, load, make room, pack code, generate. It owns the turn while it
 * runs; what has come so far is in `turn` whatever happens.
 */
export class TurnRun {
  readonly #deps: TurnRunDeps;
  readonly #conversation: Conversation;
  readonly #signal: AbortSignal;
  /** Ids of older turns that the prompt leaves out. */
  #dropped: ReadonlySet<string>;
  #sent = false;
  #turn: Turn;
  /** Settles with what was found, or with why nothing could be; it never rejects, since loading may fail before it is awaited. */
  readonly #retrieval: Promise<Retrieval>;

  constructor(deps: TurnRunDeps, conversation: Conversation, turn: Turn, signal: AbortSignal) {
    this.#deps = deps;
    this.#conversation = conversation;
    this.#turn = turn;
    this.#signal = signal;
    this.#dropped = new Set(conversation.turns.flatMap((other) => (other.dropped ? [other.id] : [])));
    this.#retrieval = this.#retrieve();
  }

  get turn(): Turn {
    return this.#turn;
  }

  /** Ids of the older turns that the model did not see; undefined when it came to see nothing, so that nothing has left. */
  get dropped(): ReadonlySet<string> | undefined {
    return this.#sent ? this.#dropped : undefined;
  }

  /** The chunks found, once the search has ended, for an answer without a model; undefined when there was no search. */
  async found(): Promise<readonly RetrievedChunk[] | undefined> {
    return this.#searches() ? (await this.#retrieval).chunks : undefined;
  }

  #searches(): boolean {
    return this.#deps.retriever !== undefined && this.#deps.settings.useContext;
  }

  async *run(): AsyncGenerator<ChatEvent, void, undefined> {
    const info = yield* this.#load();
    const maxTokens = this.#deps.settings.maxTokens ?? info.defaults.maxTokens;
    const size = yield* this.#makeRoom(info, maxTokens);
    yield* this.#addCode(size, maxTokens);
    yield* this.#generate(info, maxTokens);
  }

  async *#load(): AsyncGenerator<ChatEvent, ModelInfo, undefined> {
    const { model } = this.#deps;
    const progress = new AsyncQueue<ChatEvent>();
    const subscription = model.onDidChangeState((state) => {
      if (state.kind === "loading") progress.push({ type: "loading", fraction: state.fraction });
    });
    const loaded = model.load(this.#signal).finally(() => progress.end());
    loaded.catch(() => undefined); // awaited below; this only keeps an early rejection from being reported as unhandled
    try {
      yield* progress;
      return await loaded;
    } finally {
      subscription.dispose();
    }
  }

  async #retrieve(): Promise<Retrieval> {
    const { retriever } = this.#deps;
    if (!retriever || !this.#searches()) return { chunks: [] };
    try {
      return { chunks: await retriever.retrieve({ text: this.#query(), limit: candidates }, this.#signal) };
    } catch (error) {
      return isAbortError(error) ? { chunks: [] } : { chunks: [], problem: describeError(error) };
    }
  }

  #query(): string {
    const attached = this.#turn.question.attachments.map((item) => `${item.path}\n${item.text}`).join("\n");
    return `${this.#turn.question.text}\n${attached.slice(0, attachmentQueryLength)}`;
  }

  /** Measures the prompt without retrieved code and lets the oldest turns leave when it does not fit. */
  async *#makeRoom(info: ModelInfo, maxTokens: number): AsyncGenerator<ChatEvent, PromptSize, undefined> {
    this.#turn = { ...this.#turn, userText: userMessage(this.#turn.question, []) };
    yield* this.#takeBack(info);
    const size = await this.#measure(info);
    assertFits(size, maxTokens, largestAttachment(this.#turn));
    const leaving = this.#history().slice(0, turnsToDrop(size, maxTokens));
    if (leaving.length === 0) return size;
    this.#dropped = new Set([...this.#dropped, ...leaving.map((turn) => turn.id)]);
    yield { type: "notice", text: `The context is full: the oldest ${questions(leaving.length)} left it.` };
    return this.#measure(info);
  }

  /** Turns that left a smaller context come back when the one in use now has ample room for all. */
  async *#takeBack(info: ModelInfo): AsyncGenerator<ChatEvent, void, undefined> {
    const before = this.#dropped;
    if (before.size === 0) return;
    this.#dropped = new Set();
    if (hasRoomForAll(await this.#measure(info))) yield { type: "notice", text: `The context is larger now: ${questions(before.size)} came back.` };
    else this.#dropped = before;
  }

  #measure(info: ModelInfo): Promise<PromptSize> {
    return this.#deps.model.measure(this.#prompt(info), this.#signal);
  }

  async *#addCode(size: PromptSize, maxTokens: number): AsyncGenerator<ChatEvent, void, undefined> {
    const { chunks, problem } = await this.#retrieval;
    if (problem !== undefined) yield { type: "notice", text: `Answering without the workspace's code: ${problem}` };
    const fresh = chunks.filter((chunk) => !this.#isInPrompt(chunk));
    if (fresh.length === 0) return;
    const tokens = await this.#deps.model.countTokens(fresh.map((chunk) => `${codeBlock(chunk)}\n\n`), this.#signal);
    const packed = pack(fresh, tokens, codeBudget(size, maxTokens));
    const citations = packed.map(citationOf).reverse();
    this.#turn = { ...this.#turn, userText: userMessage(this.#turn.question, packed), citations };
    yield { type: "citations", citations };
  }

  /** Code that stands in the prompt already, by an earlier turn or as an attachment, is not sent again. */
  #isInPrompt(chunk: RetrievedChunk): boolean {
    const cited = this.#history().some((turn) => turn.citations.some((citation) => citation.hash === chunk.hash));
    return cited || this.#turn.question.attachments.some((attachment) => overlaps(attachment, chunk));
  }

  async *#generate(info: ModelInfo, maxTokens: number): AsyncGenerator<ChatEvent, void, undefined> {
    const sampling: Sampling = { ...info.defaults.sampling, ...this.#deps.settings.sampling };
    const request = { ...this.#prompt(info), sampling, maxTokens };
    this.#sent = true;
    for await (const event of this.#deps.model.generate(request, this.#signal)) {
      switch (event.type) {
        case "load":
          yield { type: "loading", fraction: event.fraction };
          break;
        case "prefill":
          yield event;
          break;
        case "text":
          this.#turn = { ...this.#turn, answerText: this.#turn.answerText + event.text };
          yield event;
          break;
        case "done":
          this.#turn = finish(this.#turn, event);
          break;
        default:
          event satisfies never;
      }
    }
  }

  #history(): readonly Turn[] {
    return historyOf(this.#conversation).filter((turn) => turn.id !== this.#turn.id && !this.#dropped.has(turn.id));
  }

  #prompt(info: ModelInfo): Prompt {
    const history = this.#history().map((turn) => ({ id: turn.id, user: turn.userText, answer: promptAnswer(turn) }));
    return {
      conversation: this.#conversation.id,
      system: this.#deps.settings.systemPrompt ?? info.defaults.systemPrompt,
      turns: [...history, { id: this.#turn.id, user: this.#turn.userText }],
    };
  }
}

interface Retrieval {
  readonly chunks: readonly RetrievedChunk[];
  readonly problem?: string;
}

function questions(count: number): string {
  return count === 1 ? "question" : `${count} questions`;
}

function citationOf(chunk: RetrievedChunk): Citation {
  const { path, startLine, endLine, symbol, hash } = chunk;
  return { path, startLine, endLine, hash, ...(symbol !== undefined && { symbol }) };
}

function largestAttachment(turn: Turn) {
  return [...turn.question.attachments].sort((a, b) => b.text.length - a.text.length)[0];
}

function finish(turn: Turn, result: GenerateResult): Turn {
  const { model, modelHash, sampling, seed, stats, stopReason, tokens } = result;
  return { ...turn, answerTokens: tokens, status: { kind: "done", record: { model, modelHash, sampling, seed, stats, stopReason } } };
}
