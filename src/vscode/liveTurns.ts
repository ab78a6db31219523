import { serializeError } from "../common/errors";
import type { ChatEvent, Turn } from "../chat/types";
import type { ViewTurn } from "../webview/protocol";
import type { ViewSink } from "./chatController";
import { toViewError } from "./errorActions";
import { TextBatch } from "./textBatch";
import { toViewCitation, toViewTurn } from "./viewModel";

/** Turns as views show them: what is stored, with the answer that is being written laid over it. */
export class LiveTurns {
  readonly #send: ViewSink;
  readonly #model: () => string;
  readonly #text = new TextBatch((text) => this.#handText(text));
  readonly #notices = new Map<string, readonly string[]>();
  readonly #dropped = new Set<string>();
  #live: ViewTurn | undefined;

  constructor(send: ViewSink, model: () => string) {
    this.#send = send;
    this.#model = model;
  }

  /** The turns now. What waited to be sent is sent first, so that nothing comes twice. */
  show(turns: readonly Turn[]): readonly ViewTurn[] {
    this.#text.flush();
    for (const turn of turns) if (turn.dropped) this.#dropped.add(turn.id);
    return turns.map((turn) => (turn.id === this.#live?.id ? this.#live : this.#view(turn)));
  }

  /** Takes an event of the session and sends on what it changes. `turns` are the conversation's as they are now. */
  apply(event: ChatEvent, turns: readonly Turn[]): void {
    if (event.type !== "text") this.#text.flush();
    switch (event.type) {
      case "started":
        this.#set({ ...this.#view(event.turn), status: { kind: "running" } });
        return;
      case "loading":
        return;
      case "citations":
        this.#change({ citations: event.citations.map(toViewCitation) });
        return;
      case "notice":
        this.#notice(event.text);
        return;
      case "prefill":
        this.#prefill(event);
        return;
      case "text":
        this.#text.add(event.text);
        return;
      case "finished":
        this.#finish(event.turn, turns);
        return;
      default:
        event satisfies never;
    }
  }

  /** The answer broke off without an end of its own. */
  fail(error: unknown): void {
    this.#text.flush();
    if (!this.#live) return;
    this.#set({ ...this.#live, status: { kind: "failed", error: toViewError(serializeError(error), { place: "turn", model: this.#model() }) } });
    this.#live = undefined;
  }

  /** The conversation is another one now. */
  reset(): void {
    this.#live = undefined;
    this.#notices.clear();
    this.#dropped.clear();
  }

  #view(turn: Turn): ViewTurn {
    return toViewTurn(turn, this.#model(), this.#notices.get(turn.id));
  }

  #set(turn: ViewTurn): void {
    this.#live = turn;
    this.#send("turn", turn);
  }

  #change(part: Partial<ViewTurn>): void {
    if (this.#live) this.#live = { ...this.#live, ...part };
  }

  #handText(text: string): void {
    if (!this.#live) return;
    this.#change({ answer: this.#live.answer + text });
    this.#send("text", { turn: this.#live.id, text });
  }

  #prefill({ done, total, reused }: Extract<ChatEvent, { type: "prefill" }>): void {
    if (!this.#live) return;
    const prefill = { done, total, reused };
    this.#change({ status: { kind: "running", prefill } });
    this.#send("prefill", { turn: this.#live.id, ...prefill });
  }

  #notice(text: string): void {
    if (!this.#live) return;
    const notices = [...this.#live.notices, text];
    this.#notices.set(this.#live.id, notices);
    this.#change({ notices });
    this.#send("notice", { turn: this.#live.id, text });
  }

  #finish(turn: Turn, turns: readonly Turn[]): void {
    this.#live = undefined;
    this.#send("turn", this.#view(turn));
    for (const other of turns) {
      if (!other.dropped || this.#dropped.has(other.id)) continue;
      this.#dropped.add(other.id);
      if (other.id !== turn.id) this.#send("turn", this.#view(other));
    }
  }
}
