import type { Shell } from "../shell";
import type { ViewStore } from "../viewStore";

/** After the last key, in milliseconds. */
const pause = 200;

/** Keeps what is typed with its conversation: in the view's own memory at once, and soon after with the shell. */
export class Drafts {
  #key: string | undefined;
  #unsent: { readonly conversation: string; readonly text: string } | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param show puts a text into the input */
  constructor(
    readonly store: ViewStore,
    readonly shell: Pick<Shell, "request">,
    readonly show: (text: string) => void,
  ) {}

  /** Shows what the view remembers, before the shell has said anything. */
  restore(): void {
    const { draft } = this.store.saved;
    if (draft !== undefined) this.show(draft);
  }

  /** @param asked whether anything was asked in the conversation */
  showConversation(conversation: string, asked: boolean): void {
    this.#send();
    const isKept = this.store.showConversation(conversation, asked);
    const key = asked ? conversation : "";
    if (!isKept) this.show("");
    if (key === this.#key) return;
    this.#key = key;
    void this.#fetch(key);
  }

  /** Something was asked in the conversation that is shown. */
  setAsked(): void {
    this.#send();
    this.store.setAsked();
    this.#key = this.store.saved.conversation;
  }

  /** The focus leaves, and with it perhaps the page: what is typed is sent on at once. */
  left(): void {
    this.#send();
  }

  /** To be called with the text whenever it may have changed. */
  typed(text: string): void {
    if (text === this.#text) return;
    this.store.setDraft(text);
    clearTimeout(this.#timer);
    this.#unsent = this.#key === undefined ? undefined : { conversation: this.#key, text };
    // What was sent must not come back.
    if (text === "") this.#send();
    else this.#timer = setTimeout(() => this.#send(), pause);
  }

  get #text(): string {
    return this.store.saved.draft ?? "";
  }

  #send(): void {
    clearTimeout(this.#timer);
    if (this.#unsent) void this.shell.request("keepDraft", this.#unsent);
    this.#unsent = undefined;
  }

  /** The shell knows better: the view's own memory may be older, as after a crash. */
  async #fetch(key: string): Promise<void> {
    const before = this.#text;
    const text = await this.shell.request("draft", { conversation: key });
    if (text === undefined || text === null || key !== this.#key || this.#text !== before || text === before) return;
    this.store.setDraft(text);
    this.show(text);
  }
}
