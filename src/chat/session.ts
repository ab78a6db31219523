import { describeError, HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { failedTurn, leftTurn } from "./answerFailure";
import { compactBranch } from "./compactBranch";
import { type ContextParts, contextParts } from "./contextParts";
import { newTurn, renamed, titleOf, turnOf, windowAfter, withTurn } from "./conversation";
import { mergeConversations } from "./mergeConversations";
import { questionAgain } from "./questionAgain";
import { reproduceAnswer } from "./reproduceAnswer";
import { resumeBranch } from "./resumeBranch";
import type { SessionDeps } from "./sessions";
import type { ConversationHead } from "./store";
import { descendantsOf, leafBelow, withoutTurns } from "./turnTree";
import { TurnRun } from "./turnRun";
import type { ResumeResult } from "../engine/ports";
import type { ChatEvent, ContextFullPolicy, Conversation, Question, Reproduction, Turn } from "./types";

const keepEveryMs = 3000;

export interface AskOptions {
  /** Instead of the person's setting, for this question. */
  readonly contextFull?: ContextFullPolicy;
}

type Answer = AsyncGenerator<ChatEvent, void, undefined>;

/**
 * One conversation: asks, streams, remembers. Nothing that was asked or answered is ever lost to a later question: an
 * edited question and a new answer are branches beside the old ones.
 *
 * The generators stream "started" first and "finished" last. Aborting ends them with "finished" too, and what came so
 * far is kept. A failure arrives as a finished turn with status "failed". They throw "bad-use" while another one runs.
 */
export class ChatSession {
  readonly #deps: SessionDeps;
  #conversation: Conversation;
  /** Ends of the branches that were shown, the latest last. */
  #seen: readonly string[];
  #busy = false;
  #saveProblem: string | undefined;
  /** As the store had it last. */
  #stored: ConversationHead;

  constructor(deps: SessionDeps, conversation: Conversation) {
    this.#deps = deps;
    this.#conversation = this.#stored = conversation;
    this.#seen = conversation.leaf === undefined ? [] : [conversation.leaf];
  }

  get conversation(): Conversation {
    return this.#conversation;
  }

  /** True from a question until its "finished", and while turns are folded into a summary. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Asks after the last turn of the branch that is shown. */
  async *ask(question: Question, signal: AbortSignal, options: AskOptions = {}): Answer {
    this.#assertIdle(t("This conversation is still answering, so you cannot ask another question yet."));
    yield* this.#answer(this.#newTurn(question, this.#conversation.leaf), signal, options);
  }

  /** Asks a changed question in the place of `turnId`, whose branch stays. Throws "bad-use" when there is no such turn. */
  async *edit(turnId: string, question: Question, signal: AbortSignal): Answer {
    this.#assertIdle(t("This conversation is still answering, so you cannot edit a question yet."));
    yield* this.#answer(this.#newTurn(question, this.#turn(turnId).parent), signal, {});
  }

  /** Answers a question once more, after exactly what the model saw the first time; the old answer stays as a branch. */
  async *regenerate(turnId: string, signal: AbortSignal, options: AskOptions = {}): Answer {
    this.#assertIdle(t("This conversation is still answering, so you cannot ask for another answer yet."));
    const old = this.#turn(turnId);
    yield* this.#answer(questionAgain(old, this.#newTurn(old.question, old.parent)), signal, options);
  }

  /** Shows the branch that the turn is in: of several the one that was looked at last, otherwise the newest. */
  async selectBranch(turnId: string): Promise<void> {
    this.#assertIdle(t("This conversation is still answering, so you cannot show another branch yet."));
    this.#turn(turnId);
    const leaf = leafBelow(this.#conversation.turns, turnId, this.#seen);
    if (leaf === undefined || leaf === this.#conversation.leaf) return;
    this.#show({ ...this.#conversation, leaf });
    await this.#save();
  }

  /** Gives it a title that no question changes; it may be answering. Without any letters, the first question names it again. */
  async rename(title: string): Promise<void> {
    this.#conversation = renamed(this.#conversation, title);
    await this.#save();
  }

  /** Keeps it on top of the history, or no longer; it may be answering. */
  async pin(pinned: boolean): Promise<void> {
    this.#conversation = { ...this.#conversation, pinned };
    await this.#save();
  }

  /** Removes a turn with all that follows from it, for good; other branches stay. Rejects when the stored copy stays. */
  async deleteTurn(turnId: string): Promise<void> {
    this.#assertIdle(t("This conversation is still answering, so you cannot delete a question yet."));
    this.#turn(turnId);
    const { id, turns, title, titled } = this.#conversation;
    const ids = descendantsOf(turns, turnId);
    const left = withoutTurns(this.#conversation, new Set(ids));
    const isNamedByFirst = titled !== true && turns[0] !== undefined && ids.includes(turns[0].id);
    this.#show({ ...left, title: isNamedByFirst ? titleOf(left.turns[0]?.question.text ?? "") : title });
    await this.#deps.store.removeTurns(id, ids);
    await this.#save();
  }

  /** What the question would find in the context. Throws what loading throws, and an abort error. */
  context(question: Question, signal: AbortSignal): Promise<ContextParts> {
    return contextParts({ model: this.#deps.model, settings: this.#deps.settings() }, this.#conversation, question, signal);
  }

  /** Folds the older turns of the branch into a summary now. Streams "compacting" and "notice". */
  async *compact(signal: AbortSignal): Answer {
    this.#assertIdle(t("This conversation is still answering, so you cannot compact it yet."));
    this.#busy = true;
    try {
      const compacted = yield* compactBranch({ model: this.#deps.model, settings: this.#deps.settings() }, this.#conversation, signal);
      if (!compacted) return;
      this.#conversation = { ...this.#conversation, compacted };
      await this.#save();
      yield* this.#takeSaveProblem();
    } finally {
      this.#busy = false;
    }
  }

  /** Computes an answer again from nothing and compares. Changes nothing. Throws "bad-use" for one that has no record, and what loading throws. */
  async reproduce(turnId: string, signal: AbortSignal): Promise<Reproduction> {
    return reproduceAnswer(this.#deps, this.#conversation, this.#turn(turnId), signal);
  }

  /** Brings the branch's KV state back before the next question; undefined when the model has answered nothing in it. */
  resume(signal: AbortSignal): Promise<ResumeResult | undefined> {
    return resumeBranch({ model: this.#deps.model, settings: this.#deps.settings() }, this.#conversation, signal);
  }

  /** Forgets all turns; the conversation keeps its id. Throws "bad-use" while a question runs. */
  async clear(): Promise<void> {
    this.#assertIdle(t("This conversation is still answering, so you cannot clear it yet."));
    const { id, createdAt } = this.#conversation;
    this.#conversation = { id, createdAt, title: t("New chat"), turns: [], leaf: undefined };
    this.#seen = [];
    this.#letGo("forget");
    await this.#deps.store.remove(id);
  }

  /** Frees the conversation's KV state, without waiting for an engine that may be busy; what is stored stays. */
  close(): void {
    this.#letGo("release");
  }

  async *#answer(turn: Turn, signal: AbortSignal, options: AskOptions): Answer {
    this.#busy = true;
    const { model, retriever, log } = this.#deps;
    const { contextFull: whenFull } = options;
    const run = new TurnRun({ model, retriever, log, settings: this.#deps.settings(), ...(whenFull && { whenFull }) }, this.#conversation, turn, signal);
    try {
      await this.#keep(run.turn);
      yield { type: "started", turn: run.turn };
      const ended = yield* this.#toItsEnd(run);
      await this.#keep(ended);
      yield* this.#takeSaveProblem();
      this.#busy = false;
      yield { type: "finished", turn: ended };
    } finally {
      if (this.#busy) await this.#abandon(run);
    }
  }

  /** Runs the turn and stores it now and then, so that a crash of the window costs seconds of the answer. */
  async *#toItsEnd(run: TurnRun): AsyncGenerator<ChatEvent, Turn, undefined> {
    let keptAt = performance.now();
    try {
      for await (const event of run.run()) {
        yield event;
        if (performance.now() - keptAt < keepEveryMs) continue;
        await this.#keep(run.turn);
        keptAt = performance.now();
      }
      return run.turn;
    } catch (error) {
      return failedTurn(run, error, this.#deps.log);
    }
  }

  /** The listener left in the middle of the answer: keep what came. */
  async #abandon(run: TurnRun): Promise<void> {
    this.#busy = false;
    await this.#keep(leftTurn(run.turn));
  }

  #newTurn(question: Question, parent: string | undefined): Turn {
    return newTurn(question, parent, windowAfter(this.#conversation, parent));
  }

  #turn(id: string): Turn {
    const turn = turnOf(this.#conversation, id);
    if (turn) return turn;
    throw new HearthError("bad-use", t("The conversation has no such question."), { remedy: t("Open the conversation again.") });
  }

  #assertIdle(message: string): void {
    if (!this.#busy) return;
    throw new HearthError("bad-use", message, {
      remedy: t("Stop the answer or wait for its end."),
    });
  }

  #letGo(how: "release" | "forget"): void {
    this.#deps.model[how](this.#conversation.id).catch((error: unknown) => {
      this.#deps.log.write("warn", `The engine did not let go of a conversation: ${describeError(error)}`);
    });
  }

  #show(conversation: Conversation): void {
    this.#conversation = conversation;
    const { leaf } = conversation;
    if (leaf !== undefined) this.#seen = [...this.#seen.filter((other) => other !== leaf), leaf];
  }

  async #keep(turn: Turn): Promise<void> {
    this.#show(withTurn(this.#conversation, turn));
    await this.#save();
  }

  /** Takes in what other windows have stored of the conversation. What they removed stays here until it is closed. */
  async #save(): Promise<void> {
    const mine = this.#conversation;
    try {
      const stored = await this.#deps.store.save(mine, this.#stored);
      if (stored !== mine) this.#takeIn(stored, mine);
      this.#stored = stored;
    } catch (error) {
      this.#deps.log.write("warn", `The conversation could not be saved: ${describeError(error)}`);
      this.#saveProblem = t("The conversation could not be saved: {0}", describeError(error));
    }
  }

  /** `sent` is what was to be stored: a turn that has changed since then is newer than the stored one. */
  #takeIn(stored: Conversation, sent: Conversation): void {
    const mine = this.#conversation;
    const wasCleared = mine.turns.length < sent.turns.length;
    if (wasCleared) return;
    const unchanged = new Set(sent.turns);
    const all = mergeConversations({ mine, theirs: stored, known: sent, isUnchanged: (turn) => unchanged.has(turn), removed: new Set() });
    this.#conversation = { ...all, leaf: mine.leaf };
  }

  *#takeSaveProblem(): Generator<ChatEvent, void, undefined> {
    const text = this.#saveProblem;
    this.#saveProblem = undefined;
    if (text !== undefined) yield { type: "notice", text };
  }
}
