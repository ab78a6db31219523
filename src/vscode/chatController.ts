import { abortError, HearthError } from "../common/errors";
import { type Disposable, DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import type { ChatSession } from "../chat/session";
import type { Sessions } from "../chat/sessions";
import type { Attachment, ChatEvent, Conversation, Question } from "../chat/types";
import type { CodeIndex } from "../rag/ports";
import type { ShellContract, ViewState } from "../webview/protocol";
import type { ContextSwitch } from "./contextSwitch";
import { LiveTurns } from "./liveTurns";
import type { ModelStatus } from "./modelStatus";
import { toViewAttachment, toViewIndex } from "./viewModel";

export type ViewEvents = ShellContract["events"];
/** Takes what a view is to show, from the state that it was given on. */
export type ViewSink = <K extends keyof ViewEvents>(name: K, value: ViewEvents[K]) => void;

export interface ChatDeps {
  readonly sessions: Pick<Sessions, "create" | "close">;
  readonly model: ModelStatus;
  readonly index: Pick<CodeIndex, "status" | "onDidChangeStatus">;
  readonly context: ContextSwitch;
}

interface Run {
  readonly abort: AbortController;
  finished: Promise<void>;
}

/**
 * One chat as a person has it before them: a conversation, the answer that runs, and what is attached to the next
 * question. It holds the state, so that a view can be hidden, closed and opened again while an answer goes on.
 */
export class ChatController implements Disposable {
  readonly #deps: ChatDeps;
  readonly #sinks = new Set<ViewSink>();
  readonly #store = new DisposableStore();
  readonly #changed = new Emitter<void>();
  readonly #closed = new Emitter<void>();
  readonly #turns: LiveTurns;
  #session: ChatSession;
  #pending: readonly Attachment[] = [];
  #run: Run | undefined;
  #wantsFocus = false;

  constructor(deps: ChatDeps, session: ChatSession) {
    this.#deps = deps;
    this.#session = session;
    this.#turns = new LiveTurns(this.#send, () => deps.model.model);
    this.#store.add(deps.model.onDidChange((state) => this.#send("model", state)));
    this.#store.add(deps.index.onDidChangeStatus((status) => this.#send("index", toViewIndex(status))));
    this.#store.add(deps.context.onDidChange((enabled) => this.#send("useContext", enabled)));
  }

  /** Fires when an answer begins or ends, and when the conversation is another one. */
  readonly onDidChange = this.#changed.subscribe;

  readonly onDidClose = this.#closed.subscribe;

  get conversation(): Conversation {
    return this.#session.conversation;
  }

  get busy(): boolean {
    return this.#run !== undefined;
  }

  /** Resolves when no answer runs. */
  get idle(): Promise<void> {
    return this.#run?.finished ?? Promise.resolve();
  }

  /** All that a view shows now. */
  get state(): ViewState {
    const { id, title, turns } = this.#session.conversation;
    return {
      conversation: id,
      title,
      turns: this.#turns.show(turns),
      pending: this.#pending.map(toViewAttachment),
      model: this.#deps.model.state,
      index: toViewIndex(this.#deps.index.status),
      useContext: this.#deps.context.enabled,
    };
  }

  /** Sends to `sink` what changes from here on. The caller shows `state` first. */
  connect(sink: ViewSink): Disposable {
    this.#sinks.add(sink);
    if (this.#wantsFocus) this.focusInput();
    return { dispose: () => this.#sinks.delete(sink) };
  }

  /** Asks with what is attached. Resolves when the answer has begun; throws "bad-use" while another one runs. */
  async ask(text: string, extra: readonly Attachment[] = []): Promise<void> {
    const attachments = [...this.#pending, ...extra];
    await this.#begin({ text, attachments });
    this.#attach(this.#pending.filter((attachment) => !attachments.includes(attachment)));
  }

  /** Asks the question of an earlier turn again. */
  async retry(turn: string): Promise<void> {
    const found = this.conversation.turns.find(({ id }) => id === turn);
    if (found) await this.#begin(found.question);
  }

  attach(attachment: Attachment): void {
    this.#attach([...this.#pending, attachment]);
  }

  removeAttachment(index: number): void {
    this.#attach(this.#pending.filter((_, i) => i !== index));
  }

  /** Ends the running answer, while its prompt is read too. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#run?.abort.abort(abortError());
    await this.idle;
  }

  /** Forgets the turns; the conversation stays. Rejects when the stored copy cannot be removed. */
  async clear(): Promise<void> {
    await this.stop();
    const before = this.conversation;
    const cleared = this.#session.clear();
    // The turns are gone at once, whatever becomes of the stored copy; a refusal leaves them, here as there.
    if (this.conversation !== before) this.#replaced();
    await cleared;
  }

  /** Goes on with a new conversation; the old one stays in the store. */
  async startNew(): Promise<void> {
    await this.stop();
    const old = this.conversation.id;
    this.#session = this.#deps.sessions.create();
    this.#pending = [];
    this.#replaced();
    await this.#deps.sessions.close(old);
  }

  /** Puts the cursor where the next question is written; a view that is still loading does it when it is there. */
  focusInput(): void {
    this.#wantsFocus = this.#sinks.size === 0;
    this.#send("focusInput", {});
  }

  /** Ends the answer and closes the session; the conversation stays in the store. */
  async close(): Promise<void> {
    this.dispose();
    await this.idle;
    this.#closed.fire();
    await this.#deps.sessions.close(this.conversation.id);
  }

  dispose(): void {
    this.#run?.abort.abort(abortError());
    this.#store.dispose();
    this.#sinks.clear();
  }

  async #begin(question: Question): Promise<void> {
    if (this.#run) throw new HearthError("bad-use", "Hearth is still answering.", { remedy: "Stop the answer or wait for its end." });
    const run: Run = { abort: new AbortController(), finished: Promise.resolve() };
    this.#run = run;
    const events = this.#session.ask(question, run.abort.signal);
    const begin = events.next();
    run.finished = this.#follow(begin, events);
    await begin;
  }

  async #follow(begin: Promise<IteratorResult<ChatEvent, void>>, events: AsyncGenerator<ChatEvent, void, undefined>): Promise<void> {
    try {
      let next = await begin;
      this.#changed.fire();
      for (; !next.done; next = await events.next()) this.#apply(next.value);
    } catch (error) {
      // Before the first event it is #begin's caller who is told.
      this.#turns.fail(error);
    } finally {
      this.#run = undefined;
      this.#changed.fire();
    }
  }

  #apply(event: ChatEvent): void {
    this.#turns.apply(event, this.conversation.turns);
  }

  #attach(pending: readonly Attachment[]): void {
    this.#pending = pending;
    this.#send("pending", pending.map(toViewAttachment));
  }

  #replaced(): void {
    this.#turns.reset();
    this.#send("state", this.state);
    this.#changed.fire();
  }

  readonly #send: ViewSink = (name, value) => {
    for (const sink of this.#sinks) sink(name, value);
  };
}
