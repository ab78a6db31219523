import { abortError, describeError, errorCode, HearthError, serializeError } from "../common/errors";
import { newTurn, withDropped, withTurn } from "./conversation";
import { searchResultsAnswer } from "./searchResults";
import type { SessionDeps } from "./sessions";
import { TurnRun } from "./turnRun";
import type { ChatEvent, Conversation, Question, Turn } from "./types";

const keepEveryMs = 3000;

/** One conversation: asks, streams, remembers. */
export class ChatSession {
  readonly #deps: SessionDeps;
  #conversation: Conversation;
  #busy = false;

  constructor(deps: SessionDeps, conversation: Conversation) {
    this.#deps = deps;
    this.#conversation = conversation;
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** True from a question until its "finished". */
  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Streams the answer, "started" first and "finished" last. Aborting ends it with "finished" too, and what came so far
   * is kept. A failure arrives as a finished turn with status "failed". Throws "bad-use" while another question runs.
   */
  async *ask(question: Question, signal: AbortSignal): AsyncGenerator<ChatEvent, void, undefined> {
    this.#assertIdle("ask another question");
    this.#busy = true;
    const { model, retriever, log } = this.#deps;
    const before = this.#conversation;
    const run = new TurnRun({ model, retriever, log, settings: this.#deps.settings() }, before, newTurn(question), signal);
    try {
      await this.#keep(run.turn);
      yield { type: "started", turn: run.turn };
      let turn: Turn;
      try {
        yield* this.#keepingOn(run);
        turn = run.turn;
      } catch (error) {
        turn = await this.#failed(run, error);
      }
      if (run.dropped) this.#conversation = withDropped(this.#conversation, run.dropped);
      await this.#keep(turn);
      this.#busy = false;
      yield { type: "finished", turn };
    } finally {
      if (this.#busy) await this.#abandon(run);
    }
  }

  /** Forgets all turns; the conversation keeps its id. Throws "bad-use" while a question runs. */
  async clear(): Promise<void> {
    this.#assertIdle("clear it");
    this.#conversation = { ...this.#conversation, title: "New chat", turns: [] };
    this.close();
    await this.#deps.store.remove(this.#conversation.id);
  }

  /** Frees the conversation's KV state, without waiting for an engine that may be busy; what is stored stays. */
  close(): void {
    this.#deps.model.forget(this.#conversation.id).catch((error: unknown) => {
      this.#deps.log.write("warn", `The engine did not forget a conversation: ${describeError(error)}`);
    });
  }

  /** Runs the turn and stores it now and then, so that a crash of the window costs seconds of the answer. */
  async *#keepingOn(run: TurnRun): AsyncGenerator<ChatEvent, void, undefined> {
    let keptAt = performance.now();
    for await (const event of run.run()) {
      yield event;
      if (performance.now() - keptAt < keepEveryMs) continue;
      await this.#keep(run.turn);
      keptAt = performance.now();
    }
  }

  #assertIdle(what: string): void {
    if (!this.#busy) return;
    throw new HearthError("bad-use", `This conversation is still answering, so you cannot ${what} yet.`, {
      remedy: "Stop the answer or wait for its end.",
    });
  }

  /** Without a model the search results are the answer; every other failure is the turn's own. */
  async #failed(run: TurnRun, error: unknown): Promise<Turn> {
    const reason = serializeError(error);
    if (errorCode(error) !== "model-not-found") {
      if (errorCode(error) !== "aborted") this.#deps.log.write("warn", `A question failed: ${describeError(error)}`);
      return { ...run.turn, status: { kind: "failed", error: reason } };
    }
    const found = await run.found();
    return {
      ...run.turn,
      answerText: searchResultsAnswer(found),
      citations: (found ?? []).map(({ path, startLine, endLine, hash }) => ({ path, startLine, endLine, hash })),
      status: { kind: "searchResults", reason },
    };
  }

  /** The listener left in the middle of the answer: keep what came. */
  async #abandon(run: TurnRun): Promise<void> {
    this.#busy = false;
    await this.#keep({ ...run.turn, status: { kind: "failed", error: serializeError(abortError("The answer was left.")) } });
  }

  async #keep(turn: Turn): Promise<void> {
    this.#conversation = withTurn(this.#conversation, turn);
    try {
      await this.#deps.store.save(this.#conversation);
    } catch (error) {
      this.#deps.log.write("warn", `The conversation could not be saved: ${describeError(error)}`);
    }
  }
}
