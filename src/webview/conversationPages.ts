import { ContextMeter } from "./contextView/contextMeter";
import { ContextPage } from "./contextView/contextPage";
import { ContextSource } from "./contextView/contextSource";
import { ConversationBar } from "./conversationBar";
import { HistoryPage } from "./history/historyPage";
import type { ViewState } from "./protocol";
import type { ShellPeer } from "./shell";

export interface PagesDeps {
  readonly focusInput: () => void;
  /** Whether an answer runs. */
  readonly isBusy: () => boolean;
  /** Tells what could not be done. */
  readonly onError: (error: unknown) => void;
}

/** What is about the conversation as a whole: the bar over it, the history and the context view. */
export class ConversationPages {
  readonly #bar: ConversationBar;
  readonly #history: HistoryPage;
  readonly #context: ContextPage;
  readonly #source: ContextSource;

  constructor(peer: ShellPeer, { focusInput, isBusy, onError }: PagesDeps) {
    const meter = new ContextMeter(() => this.#showContext());
    this.#history = new HistoryPage(peer, focusInput);
    this.#context = new ContextPage(focusInput);
    this.#source = new ContextSource(peer, isBusy, (context) => {
      meter.show(context);
      this.#context.show(context);
    });
    const showHistory = () => this.#showHistory();
    this.#bar = new ConversationBar(meter.element, { showHistory, startNew: () => void peer.call("newConversation", {}).then(focusInput, onError) });
    this.#context.show(null);
    peer.on("showHistory", showHistory);
    peer.on("showContext", () => this.#showContext());
    peer.on("historyChanged", () => void this.#history.refresh());
    peer.on("title", (title) => this.#bar.setTitle(title));
    for (const event of ["state", "turn", "pending", "activity", "model"] as const) peer.on(event, () => this.#source.changed());
  }

  /** The bar, which stands over the conversation. */
  get bar(): HTMLElement {
    return this.#bar.element;
  }

  /** Pages that are laid over all the rest. */
  get overlays(): readonly HTMLElement[] {
    return [this.#history.element, this.#context.element];
  }

  show({ title }: ViewState): void {
    this.#bar.setTitle(title);
    this.#source.changed();
  }

  /** One page at a time: what a page covers cannot be reached. */
  #showHistory(): void {
    this.#context.close();
    void this.#history.show();
  }

  #showContext(): void {
    this.#history.close();
    this.#context.open();
  }
}
