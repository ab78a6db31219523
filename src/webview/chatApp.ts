import { describeError } from "../common/errors";
import { t } from "../common/l10n";
import { type EmptyContract, type Port, RpcPeer } from "../common/rpc";
import type { CodeActions } from "./codeBlock";
import { Composer } from "./composer/composer";
import { Drafts } from "./composer/drafts";
import { ConversationPages } from "./conversationPages";
import { MessageList, type ScrollPlace } from "./messageList";
import { ModelHeader } from "./modelHeader";
import { serverOf } from "./modelPlace";
import type { ShellContract, ViewModelState, ViewState } from "./protocol";
import { rpcShell, type Shell, type ShellPeer } from "./shell";
import type { ViewStore } from "./viewStore";

/** Joins the parts of the view with the shell. The shell holds the state; the view shows it. */
export class ChatApp {
  readonly #peer: ShellPeer;
  readonly #shell: Shell;
  readonly #header: ModelHeader;
  readonly #messages: MessageList;
  readonly #composer: Composer;
  readonly #drafts: Drafts;
  readonly #pages: ConversationPages;

  constructor(
    root: HTMLElement,
    port: Port,
    readonly store: ViewStore,
  ) {
    this.#peer = new RpcPeer<EmptyContract, ShellContract>(port, {});
    this.#shell = rpcShell(this.#peer, {
      onError: (message) => this.#composer.showProblem(message),
      onReply: (text) => this.#composer.showReply(text),
    });
    this.#header = new ModelHeader(this.#shell);
    this.#composer = new Composer(this.#shell, (draft) => this.#drafts.typed(draft));
    this.#drafts = new Drafts(store, this.#shell, (draft) => this.#composer.setDraft(draft));
    this.#messages = new MessageList(this.#shell, this.#codeActions(), () => this.#composer.focus(), ({ scroll, scrollTurn }) => store.setScroll(scroll, scrollTurn));
    this.#pages = new ConversationPages(this.#peer, {
      focusInput: () => this.#composer.focus(),
      isBusy: () => this.#messages.running,
      onError: (error) => this.#composer.showProblem(describeError(error)),
    });
    root.append(this.#header.element, this.#pages.bar, this.#messages.element, this.#composer.element, ...this.#pages.overlays);
    document.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("focus", () => this.#focused());
    window.addEventListener("blur", () => this.#drafts.left());
    this.#listen();
  }

  /** Asks the shell for what to show. Where the shell cannot say, the view tells why. */
  async start(): Promise<void> {
    const { conversation, ...place } = this.store.saved;
    this.#drafts.restore();
    try {
      const state = await this.#peer.call("ready", {});
      this.#show(state, state.conversation === conversation ? place : {});
    } catch (error) {
      this.#messages.fail({
        message: t("The chat cannot be shown. {0}", describeError(error)),
        remedy: t("Close it and open it again, or reload the window."),
        actions: ["showLog"],
      });
    }
  }

  #listen(): void {
    const peer = this.#peer;
    peer.on("state", (state) => this.#show(state));
    peer.on("turn", (turn) => {
      this.#messages.setTurn(turn);
      this.#header.setTold(this.#messages.failure);
      this.#composer.setTurn(turn);
      this.#drafts.setAsked();
      this.#composer.setRunning(this.#messages.running);
    });
    peer.on("text", ({ turn, text }) => this.#messages.turn(turn)?.appendText(text));
    peer.on("prefill", ({ turn, ...prefill }) => this.#messages.turn(turn)?.setPrefill(prefill));
    peer.on("notice", ({ turn, text }) => this.#messages.turn(turn)?.addNotice(text));
    peer.on("citationChanges", ({ turn, changes }) => this.#messages.markCitations(turn, changes.map((change) => change ?? undefined)));
    peer.on("compacting", ({ turn, turns }) => this.#messages.turn(turn)?.setCompacting(turns));
    peer.on("note", (note) => this.#messages.setNote(note));
    peer.on("activity", (activity) => {
      this.#messages.setActivity(activity);
      this.#composer.setRunning(this.#messages.running);
    });
    peer.on("pending", (attachments) => this.#composer.setAttachments(attachments));
    peer.on("useContext", (enabled) => this.#composer.setContext(enabled));
    peer.on("model", (model) => {
      this.#setModel(model);
      this.#composer.setModel(model);
    });
    peer.on("index", (index) => this.#header.setIndex(index));
    peer.on("focusInput", () => this.#composer.focus());
  }

  #setModel(model: ViewModelState): void {
    this.#header.setModel(model);
    this.#messages.setModelPlace({ server: serverOf(model), embeddingServer: model.embeddingServer });
  }

  #show(state: ViewState, place?: ScrollPlace): void {
    this.#setModel(state.model);
    this.#header.setIndex(state.index);
    this.#pages.show(state);
    this.#composer.show(state);
    this.#messages.show(state, place);
    this.#header.setTold(this.#messages.failure);
    this.#composer.setRunning(this.#messages.running);
    this.#drafts.showConversation(state.conversation, state.turns.length > 0);
  }

  /** The view never takes the focus by itself; when it is given it, the input has it. */
  #focused(): void {
    if (document.activeElement === document.body) this.#composer.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.isComposing || !this.#messages.running) return;
    event.preventDefault();
    this.#shell.stop();
  }

  #codeActions(): CodeActions {
    return {
      copy: (text) => navigator.clipboard.writeText(text),
      insert: (text) => this.#shell.insertCode(text),
    };
  }
}
