import { describeError, isAbortError } from "../common/errors";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import type { ChatModel, GenerateResult, Sampling } from "../engine/ports";
import type { RetrievedChunk, Retriever } from "../rag/ports";
import { answerReserve, codeBudget, promptReserve } from "./contextBudget";
import { citationOf } from "./codePassage";
import { makeRoom, type RoomyTurn } from "./contextRoom";
import { branchTo } from "./conversation";
import { FoundCode } from "./foundCode";
import { guidanceOf } from "./guidanceSettings";
import { loadModel } from "./loadModel";
import { asksAlone, groundingOf, settingsFor } from "./onlyAnswers";
import { measurePrompt, promptOf, promptScope, type PromptScope } from "./promptScope";
import { questionTurn } from "./promptTurns";
import { reachedTheModel } from "./questionAgain";
import { startingWindow } from "./turnWindow";
import type { ChatEvent, ChatSettings, ContextFullPolicy, Conversation, Turn } from "./types";
import { codeContext } from "./userMessage";

export interface TurnRunDeps {
  readonly model: ChatModel;
  readonly retriever: Retriever | undefined;
  readonly settings: ChatSettings;
  /** Instead of the setting, for this question. Default: the setting. */
  readonly whenFull?: ContextFullPolicy;
  readonly log: Log;
}

/** Chunks asked of the retriever; the budget decides how many of them are taken. */
const candidates = 24;
/** Characters of attached code that go into the search, since "Explain this code." says nothing by itself. */
const attachmentQueryLength = 1000;
/** Questions before this one that a search may draw on, and characters of each. */
const earlierQuestions = 3;
const earlierLength = 1000;

/**
 * One question on its way to its answer: retrieve, load, make room, pack code, generate. It owns the turn while it
 * runs; what has come so far is in `turn` whatever happens.
 */
export class TurnRun {
  readonly #deps: TurnRunDeps;
  readonly #conversation: Conversation;
  readonly #signal: AbortSignal;
  #turn: Turn;
  /** Settles with what was found, or with why nothing could be; it never rejects, since loading may fail before it is awaited. */
  #retrieval: Promise<Retrieval> | undefined;

  /**
   * @param turn its parent is a turn of the conversation, or undefined for a first one; a turn that is asked again comes
   * as the model saw it (`questionAgain`), and is sent like that when it still fits
   */
  constructor(deps: TurnRunDeps, conversation: Conversation, turn: Turn, signal: AbortSignal) {
    this.#deps = deps;
    this.#conversation = conversation;
    this.#signal = signal;
    this.#turn = turn;
    if (isKnownPrompt(conversation, turn)) return;
    this.#turn = { ...turn, window: startingWindow(conversation, turn) };
    this.#retrieval = this.#retrieve();
  }

  get turn(): Turn {
    return this.#turn;
  }

  /** The chunks found, once the search has ended, for an answer without a model; undefined when there was no search. */
  async found(): Promise<readonly RetrievedChunk[] | undefined> {
    return this.#searches() ? (await this.#retrieved()).chunks : undefined;
  }

  #searches(): boolean {
    return this.#deps.retriever !== undefined && this.#deps.settings.useContext;
  }

  async *run(): AsyncGenerator<ChatEvent, void, undefined> {
    const info = yield* loadModel(this.#deps.model, this.#signal);
    const settings = settingsFor(info, this.#deps.settings, this.#turn.question);
    const scope = promptScope({ ...this.#deps, settings }, info, this.#conversation, this.#turn.parent, this.#signal);
    if (!(yield* this.#asBefore(scope))) yield* this.#prepare(scope);
    yield* this.#generate(scope);
  }

  /** False unless the model has seen this very prompt, and it still fits. */
  async *#asBefore(scope: PromptScope): AsyncGenerator<ChatEvent, boolean, undefined> {
    if (!isKnownPrompt(this.#conversation, this.#turn)) return false;
    const { promptTokens, contextSize } = await measurePrompt(scope, this.#turn.window, questionTurn(this.#turn));
    if (promptTokens + answerReserve(contextSize, scope.maxTokens) > contextSize) return false;
    const { citations } = this.#turn;
    if (citations.length > 0) yield { type: "citations", citations };
    return true;
  }

  async *#prepare(scope: PromptScope): AsyncGenerator<ChatEvent, void, undefined> {
    const bare: Turn = { ...this.#turn, codeText: "", citations: [] };
    const found = yield* this.#found(scope);
    const roomy = yield* makeRoom(scope, bare, await found.tokens(bare));
    this.#turn = roomy.turn;
    yield* this.#addCode(scope, roomy, found);
  }

  #retrieved(): Promise<Retrieval> {
    return (this.#retrieval ??= this.#retrieve());
  }

  async #retrieve(): Promise<Retrieval> {
    const { retriever } = this.#deps;
    if (!retriever || !this.#searches()) return { chunks: [] };
    try {
      const query = { text: this.#query(), limit: candidates, earlier: this.#earlier() };
      return { chunks: await retriever.retrieve(query, this.#signal) };
    } catch (error) {
      return isAbortError(error) ? { chunks: [] } : { chunks: [], problem: describeError(error) };
    }
  }

  #query(): string {
    const attached = this.#turn.question.attachments.map((item) => `${item.path}\n${item.text}`).join("\n");
    return `${this.#turn.question.text}\n${attached.slice(0, attachmentQueryLength)}`;
  }

  /** What was asked before on this branch, for a question such as "And where is it called?". */
  #earlier(): readonly string[] {
    return branchTo(this.#conversation, this.#turn.parent)
      .slice(-earlierQuestions)
      .map(({ question }) => question.text.slice(0, earlierLength));
  }

  async *#found(scope: PromptScope): AsyncGenerator<ChatEvent, FoundCode, undefined> {
    const { chunks, problem } = asksAlone(scope.info, this.#turn.question) ? await this.#retrieved() : { chunks: [] };
    if (problem !== undefined) yield { type: "notice", text: t("Answering without the workspace's code: {0}", problem) };
    return new FoundCode(scope, chunks);
  }

  async *#addCode(scope: PromptScope, { turn, size }: RoomyTurn, found: FoundCode): AsyncGenerator<ChatEvent, void, undefined> {
    const budget = codeBudget(size, promptReserve(size.contextSize, scope.maxTokens, scope.settings.contextFull), scope.codeShare);
    const packed = await found.pack(turn, budget);
    if (packed === undefined) return;
    const citations = packed.map(citationOf).reverse();
    this.#turn = { ...turn, codeText: codeContext(packed), citations };
    yield { type: "citations", citations };
  }

  async *#generate(scope: PromptScope): AsyncGenerator<ChatEvent, void, undefined> {
    const sampling: Sampling = { ...scope.info.defaults.sampling, ...scope.settings.sampling };
    const guidance = guidanceOf(scope.settings);
    const prompt = promptOf(scope, this.#turn.window, questionTurn(this.#turn));
    const request = { ...prompt, ...groundingOf(scope.info, prompt), sampling, maxTokens: scope.maxTokens, ...(guidance && { guidance }) };
    for await (const event of scope.model.generate(request, scope.signal)) {
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
          this.#turn = finish(this.#turn, scope, event);
          break;
        default:
          event satisfies never;
      }
    }
  }
}

/** Whether the turn stands as another one in its place that the model has seen. */
function isKnownPrompt({ turns }: Conversation, { id, parent, question, codeText, userText, window }: Turn): boolean {
  return turns
    .filter((other) => other.id !== id && other.parent === parent && other.question === question && reachedTheModel(other))
    .some((other) => other.codeText === codeText && other.userText === userText && other.window === window);
}

interface Retrieval {
  readonly chunks: readonly RetrievedChunk[];
  readonly problem?: string;
}

function finish(turn: Turn, { system, maxTokens, info }: PromptScope, result: GenerateResult): Turn {
  const { kvCacheType, flashAttention, server } = info;
  const { model, modelHash, sampling, guidance, seed, stats, stopReason, tokens, origin } = result;
  const record = { model, modelHash, sampling, seed, stats, stopReason, ...(origin && { origin }), ...(guidance && { guidance }), ...(info.defaults.answersOnly && { grounded: true as const }), system, maxTokens, ...(server === undefined && { kvCacheType, flashAttention }) };
  return { ...turn, answerTokens: tokens, status: { kind: "done", record } };
}
