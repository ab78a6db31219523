import { HearthError, isAbortError } from "../common/errors";
import { type Disposable, DisposableStore } from "../common/disposable";
import { Emitter } from "../common/emitter";
import { t } from "../common/l10n";
import type { Log } from "../common/log";
import { withAttachments } from "../chat/attachmentText";
import { branchOf, turnOf } from "../chat/conversation";
import type { ChatSession } from "../chat/session";
import type { Sessions } from "../chat/sessions";
import type { Attachment, ChatEvent, ContextFullPolicy, Conversation, Turn } from "../chat/types";
import type { CodeIndex } from "../rag/ports";
import type { ViewActivity, ViewContext, ViewState } from "../webview/protocol";
import { BackgroundResume } from "./backgroundResume";
import { CitationCheck, type CitedFiles } from "./citationCheck";
import type { ContextSwitch } from "./contextSwitch";
import { LiveTurns } from "./liveTurns";
import type { ModelStatus } from "./modelStatus";
import { reproductionNote } from "./reproductionNote";
import { RunSlot } from "./runSlot";
import { toViewIndex } from "./viewModel";
import { type ViewSink, ViewSinks } from "./viewSinks";
import { toViewAttachment } from "./viewTurns";

export interface ChatDeps {
  readonly sessions: Pick<Sessions, "create" | "close">;
  readonly model: ModelStatus;
  readonly index: Pick<CodeIndex, "status"> & CitedFiles;
  readonly context: ContextSwitch;
  readonly log: Log;
}

type Answer = AsyncGenerator<ChatEvent, void, undefined>;

/**
 * One chat as a person has it before them: a conversation, the answer that runs, and what is attached to the next
 * question. It holds the state, so that a view can be hidden, closed and opened again while an answer goes on.
 */
export class ChatController implements Disposable {
  readonly #deps: ChatDeps;
  readonly #views = new ViewSinks();
  readonly #store = new DisposableStore();
  readonly #changed = new Emitter<void>();
  readonly #closed = new Emitter<void>();
  readonly #runs = new RunSlot(() => this.#ended());
  readonly #turns: LiveTurns;
  readonly #resume: BackgroundResume;
  readonly #citations: CitationCheck;
  #session: ChatSession;
  #pending: readonly Attachment[] = [];
  #activity: ViewActivity = { kind: "none" };
  #note = "";
  #wantsFocus = false;
  /** A page that is to be opened over the chat as soon as a view is there. */
  #wantedPage: "history" | "context" | undefined;
  /** As the views had it last. */
  #title = "";

  constructor(deps: ChatDeps, session: ChatSession) {
    this.#deps = deps;
    this.#session = session;
    this.#turns = new LiveTurns({
      send: this.#send,
      sendState: () => this.#sendState(),
      model: () => deps.model.model,
      conversation: () => this.conversation,
    });
    this.#resume = new BackgroundResume({
      engine: deps.model.engine,
      session: () => this.#session,
      isWanted: () => this.#views.isOnScreen && !this.busy && this.conversation.turns.length > 0,
      tell: (note) => this.#tell(note),
      log: deps.log,
    });
    this.#citations = new CitationCheck({
      files: deps.index,
      turns: () => branchOf(this.conversation),
      isWanted: () => this.#views.isOnScreen,
      tell: (turn, states) => this.#turns.citationsChecked(turn, states),
      log: deps.log,
    });
    this.#store.add(this.#resume);
    this.#store.add(this.#citations);
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

  /** Whether an answer runs, or anything else that can be stopped. */
  get busy(): boolean {
    return this.#runs.busy;
  }

  /** Resolves when nothing runs. */
  get idle(): Promise<unknown> {
    return this.#runs.idle;
  }

  /** All that a view shows now. */
  get state(): ViewState {
    const { id, title, compacted, leaf } = this.conversation;
    const summary = compacted?.leaf === leaf ? compacted?.window.summary : undefined;
    return {
      conversation: id,
      title,
      turns: this.#turns.show(),
      ...(summary !== undefined && { compacted: summary }),
      activity: this.#activity,
      note: this.#note,
      pending: this.#pending.map(toViewAttachment),
      model: this.#deps.model.state,
      index: toViewIndex(this.#deps.index.status),
      useContext: this.#deps.context.enabled,
    };
  }

  /** Sends to `sink` what changes from here on. The caller shows `state` first. */
  connect(sink: ViewSink, isVisible: () => boolean = () => true): Disposable {
    const view = this.#views.add(sink, isVisible);
    if (this.#wantsFocus) this.focusInput();
    if (this.#wantedPage) this.open(this.#wantedPage);
    this.#resume.check();
    this.#citations.now();
    return view;
  }

  /** Asks with what is attached. Resolves when the answer has begun; throws "bad-use" while another one runs. */
  async ask(text: string, extra: readonly Attachment[] = []): Promise<void> {
    const attachments = withAttachments(this.#pending, extra);
    await this.#begin((signal) => this.#session.ask({ text, attachments }, signal));
    this.#attach(this.#pending.filter((attachment) => !attachments.includes(attachment)));
  }

  /** Asks a changed question in the place of an earlier one, whose attachments it keeps. Resolves as `ask` does. */
  async edit(id: string, text: string): Promise<void> {
    const { attachments } = this.#turn(id).question;
    await this.#begin((signal) => this.#session.edit(id, { text, attachments }, signal));
  }

  /** Answers an earlier question once more. Resolves as `ask` does. */
  async regenerate(id: string, options: { contextFull?: ContextFullPolicy } = {}): Promise<void> {
    this.#turn(id);
    await this.#begin((signal) => this.#session.regenerate(id, signal, options));
  }

  /** Shows the branch that the turn is in. */
  async selectBranch(id: string): Promise<void> {
    this.#runs.assertFree();
    this.#turn(id);
    await this.#session.selectBranch(id);
    this.#replaced();
  }

  /** Removes a turn with all that follows from it. Rejects when the stored copy stays. */
  async deleteTurn(id: string): Promise<void> {
    this.#runs.assertFree();
    this.#turn(id);
    const deleted = this.#session.deleteTurn(id);
    this.#replaced();
    await deleted;
  }

  /** What the next question would find in the context; null while no model is loaded. */
  async context(): Promise<ViewContext | null> {
    const { state } = this.#deps.model.engine;
    if (state.kind !== "ready") return null;
    const parts = await this.#session.context({ text: "", attachments: this.#pending }, new AbortController().signal);
    return { ...parts, ...(state.info.server !== undefined && { estimated: true }) };
  }

  /** Throws "bad-use" while something runs. */
  assertFree(): void {
    this.#runs.assertFree();
  }

  /** Folds older turns into a summary now. Resolves at the end; throws "bad-use" while something runs. */
  async compact(): Promise<void> {
    try {
      this.#note = await this.#occupy({ kind: "compacting", turns: 0 }, (signal) => this.#fold(signal));
    } catch (error) {
      if (!isAbortError(error)) throw error;
    }
    this.#sendState();
  }

  /** Computes an answer again; its turn shows what came of it. Resolves at the end. */
  async reproduce(id: string): Promise<void> {
    this.#turn(id);
    const result = await this.#occupy({ kind: "reproducing", turn: id }, (signal) => this.#session.reproduce(id, signal));
    this.#turns.reproduced(id, reproductionNote(result));
  }

  /** What goes with the next question. */
  get pending(): readonly Attachment[] {
    return this.#pending;
  }

  /** Adds to what goes with the next question; what is there already is not added twice. */
  attach(...attachments: readonly Attachment[]): void {
    this.#attach(withAttachments(this.#pending, attachments));
  }

  removeAttachment(index: number): void {
    this.#attach(this.#pending.filter((_, i) => i !== index));
  }

  /** Ends what runs, while its prompt is read too. Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#runs.abort();
    await this.idle;
  }

  /** Forgets the turns; the conversation stays. Rejects when the stored copy cannot be removed. */
  async clear(): Promise<void> {
    await this.stop();
    const before = this.conversation;
    const cleared = this.#session.clear();
    // The turns are gone at once, whatever becomes of the stored copy; a refusal leaves them, here as there.
    if (this.conversation !== before) this.#anew();
    await cleared;
  }

  /** Goes on with a new conversation; the old one stays in the store. */
  async startNew(): Promise<void> {
    await this.stop();
    await this.show(this.#deps.sessions.create());
  }

  /** Goes on with another conversation; the answer that runs is stopped, and the old conversation stays in the store. */
  async show(session: ChatSession): Promise<void> {
    await this.stop();
    const old = this.conversation.id;
    this.#session = session;
    this.#pending = [];
    this.#anew();
    if (old !== session.conversation.id) await this.#deps.sessions.close(old);
  }

  /** Opens a page over the chat; a view that is still loading does it when it is there. */
  open(page: "history" | "context"): void {
    this.#wantedPage = this.#views.isEmpty ? page : undefined;
    this.#send(page === "history" ? "showHistory" : "showContext", {});
  }

  /** The stored conversations are others now, or this one has another title. */
  historyChanged(): void {
    this.#tellTitle();
    this.#send("historyChanged", {});
  }

  /** Puts the cursor where the next question is written; a view that is still loading does it when it is there. */
  focusInput(): void {
    this.#wantsFocus = this.#views.isEmpty;
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
    this.#runs.abort();
    this.#store.dispose();
    this.#views.clear();
  }

  #turn(id: string): Turn {
    const turn = turnOf(this.conversation, id);
    if (!turn) throw new HearthError("bad-use", t("This chat has no such question any more."), { remedy: t("Open the chat again.") });
    return turn;
  }

  /** Resolves when the answer has begun; what happens then belongs to the turn. */
  #begin(open: (signal: AbortSignal) => Answer): Promise<void> {
    this.#runs.assertFree();
    this.#resume.overtake();
    return new Promise((resolve, reject) => {
      this.#runs.run((signal) => this.#follow(open(signal), resolve)).then(resolve, reject);
    });
  }

  async #follow(events: Answer, begun: () => void): Promise<void> {
    try {
      for await (const event of events) {
        this.#turns.apply(event);
        if (event.type === "started" || event.type === "finished") this.#tellTitle();
        if (event.type !== "started") continue;
        this.#changed.fire();
        begun();
      }
    } catch (error) {
      this.#turns.fail(error);
      throw error;
    }
  }

  /** Resolves with what there is to say about it. */
  async #fold(signal: AbortSignal): Promise<string> {
    const notes: string[] = [];
    for await (const event of this.#session.compact(signal)) {
      if (event.type === "compacting") this.#show({ kind: "compacting", turns: event.turns });
      if (event.type === "notice") notes.push(event.text);
    }
    return notes.join(" ");
  }

  /** Runs something that is no answer, and shows that it does. */
  async #occupy<T>(activity: ViewActivity, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
    this.#runs.assertFree();
    this.#resume.overtake();
    const result = this.#runs.run(act);
    this.#show(activity);
    this.#changed.fire();
    return result;
  }

  #ended(): void {
    this.#citations.now();
    if (this.#activity.kind !== "none") this.#show({ kind: "none" });
    this.#changed.fire();
  }

  #show(activity: ViewActivity): void {
    this.#activity = activity;
    this.#send("activity", activity);
  }

  #tell(note: string): void {
    if (this.#note === note) return;
    this.#note = note;
    this.#send("note", note);
  }

  #attach(pending: readonly Attachment[]): void {
    this.#pending = pending;
    this.#send("pending", pending.map(toViewAttachment));
  }

  /** Another conversation. */
  #anew(): void {
    this.#turns.reset();
    this.#resume.overtake();
    this.#replaced();
  }

  #replaced(): void {
    this.#sendState();
    this.#citations.now();
    this.#changed.fire();
  }

  #sendState(): void {
    this.#title = this.conversation.title;
    this.#send("state", this.state);
  }

  #tellTitle(): void {
    const { title } = this.conversation;
    if (title === this.#title) return;
    this.#title = title;
    this.#send("title", title);
    this.#changed.fire();
  }

  readonly #send: ViewSink = (name, value) => this.#views.send(name, value);
}
