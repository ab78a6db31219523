import { describeError } from "../common/errors";
import { type EmptyContract, type Port, RpcPeer } from "../common/rpc";
import type { CodeActions } from "./codeBlock";
import { Composer } from "./composer";
import { MessageList } from "./messageList";
import { ModelHeader } from "./modelHeader";
import type { ShellContract, ViewState } from "./protocol";
import { rpcShell, type Shell, type ShellPeer } from "./shell";
import type { ViewStore } from "./viewStore";

/** Joins the parts of the view with the shell. The shell holds the state; the view shows it. */
export class ChatApp {
  readonly #peer: ShellPeer;
  readonly #shell: Shell;
  readonly #header: ModelHeader;
  readonly #messages: MessageList;
  readonly #composer: Composer;

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
    this.#composer = new Composer(this.#shell, (draft) => store.setDraft(draft));
    this.#messages = new MessageList(this.#shell, this.#codeActions(), () => this.#composer.focus(), (scroll) => store.setScroll(scroll));
    root.append(this.#header.element, this.#messages.element, this.#composer.element);
    document.addEventListener("keydown", (event) => this.#key(event));
    window.addEventListener("focus", () => this.#focused());
    this.#listen();
  }

  /** Asks the shell for what to show. Where the shell cannot say, the view tells why. */
  async start(): Promise<void> {
    const { conversation, draft, scroll } = this.store.saved;
    if (draft !== undefined) this.#composer.setDraft(draft);
    try {
      const state = await this.#peer.call("ready", {});
      this.#show(state, state.conversation === conversation ? scroll : undefined);
    } catch (error) {
      this.#messages.fail({
        message: `The chat cannot be shown. ${describeError(error)}`,
        remedy: "Close it and open it again, or reload the window.",
        actions: ["showLog"],
      });
    }
  }

  #listen(): void {
    const peer = this.#peer;
    peer.on("state", (state) => this.#show(state));
    peer.on("turn", (turn) => {
      this.#messages.setTurn(turn);
      this.#composer.setRunning(this.#messages.running);
    });
    peer.on("text", ({ turn, text }) => this.#messages.turn(turn)?.appendText(text));
    peer.on("prefill", ({ turn, ...prefill }) => this.#messages.turn(turn)?.setPrefill(prefill));
    peer.on("notice", ({ turn, text }) => this.#messages.turn(turn)?.addNotice(text));
    peer.on("citationChanges", ({ turn, changes }) => this.#messages.turn(turn)?.markCitations(changes.map((change) => change ?? undefined)));
    peer.on("compacting", ({ turn, turns }) => this.#messages.turn(turn)?.setCompacting(turns));
    peer.on("note", (note) => this.#messages.setNote(note));
    peer.on("activity", (activity) => {
      this.#messages.setActivity(activity);
      this.#composer.setRunning(this.#messages.running);
    });
    peer.on("pending", (attachments) => this.#composer.setAttachments(attachments));
    peer.on("useContext", (enabled) => this.#composer.setContext(enabled));
    peer.on("model", (model) => this.#header.setModel(model));
    peer.on("index", (index) => this.#header.setIndex(index));
    peer.on("focusInput", () => this.#composer.focus());
  }

  #show(state: ViewState, scroll?: number): void {
    this.#header.setModel(state.model);
    this.#header.setIndex(state.index);
    this.#composer.setAttachments(state.pending);
    this.#composer.setContext(state.useContext);
    this.#messages.show(state, scroll);
    this.#composer.setRunning(this.#messages.running);
    this.store.setConversation(state.conversation);
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
