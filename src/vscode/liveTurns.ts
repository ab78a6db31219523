import { serializeError } from "../common/errors";
import { branchOf, windowOf } from "../chat/conversation";
import type { ChatEvent, Conversation, Turn } from "../chat/types";
import type { CitationState } from "../rag/ports";
import type { ViewAnswer, ViewTurn } from "../webview/protocol";
import { toViewError } from "./errorActions";
import { TextBatch } from "./textBatch";
import type { ViewSink } from "./viewSinks";
import { toViewBranch, toViewChange, toViewCitation, toViewTurn } from "./viewTurns";

export interface LiveTurnsDeps {
  readonly send: ViewSink;
  /** Sends all turns, since the branch that is shown is another one. */
  readonly sendState: () => void;
  /** The model that is set now. */
  readonly model: () => string;
  readonly conversation: () => Conversation;
}

/** Turns as views show them: the branch that is shown, with the answer that is being written laid over it. */
export class LiveTurns {
  readonly #deps: LiveTurnsDeps;
  readonly #text = new TextBatch((text) => this.#handText(text));
  readonly #notices = new Map<string, readonly string[]>();
  readonly #reproductions = new Map<string, string>();
  /** How the turns' citations stood when they were last looked at. */
  readonly #citations = new Map<string, readonly CitationState[]>();
  /** How the turns' marks were last sent. */
  readonly #marks = new Map<string, string>();
  #live: ViewTurn | undefined;
  /** The last turn that the views have. */
  #last: string | undefined;

  constructor(deps: LiveTurnsDeps) {
    this.#deps = deps;
  }

  /** The turns now. What waited to be sent is sent first, so that nothing comes twice. */
  show(): readonly ViewTurn[] {
    this.#text.flush();
    const branch = branchOf(this.#deps.conversation());
    this.#last = branch.at(-1)?.id;
    return branch.map((turn) => (turn.id === this.#live?.id ? this.#live : this.#view(turn)));
  }

  /** Takes an event of the session and sends on what it changes. */
  apply(event: ChatEvent): void {
    if (event.type !== "text") this.#text.flush();
    switch (event.type) {
      case "started":
        this.#start(event.turn);
        return;
      case "loading":
        return;
      case "citations":
        this.#change({ citations: event.citations.map((citation) => toViewCitation(citation)) });
        return;
      case "compacting":
        this.#compacting(event.turns);
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
        this.#finish(event.turn);
        return;
      default:
        event satisfies never;
    }
  }

  /** The answer broke off without an end of its own. */
  fail(error: unknown): void {
    this.#text.flush();
    if (!this.#live) return;
    const place = { place: "turn", model: this.#deps.model() } as const;
    this.#deps.send("turn", { ...this.#live, status: { kind: "failed", error: toViewError(serializeError(error), place) } });
    this.#live = undefined;
  }

  /** Keeps what came of computing an answer again. */
  reproduced(id: string, sentence: string): void {
    this.#reproductions.set(id, sentence);
    const turn = branchOf(this.#deps.conversation()).find((one) => one.id === id);
    if (turn) this.#deps.send("turn", this.#view(turn));
  }

  /** Marks what of a turn's citations has changed, and tells the views where that is news. */
  citationsChecked(id: string, states: readonly CitationState[]): void {
    const known = this.#citations.get(id) ?? states.map(() => "fresh");
    this.#citations.set(id, states);
    if (states.length === known.length && states.every((state, i) => state === known[i])) return;
    this.#deps.send("citationChanges", { turn: id, changes: states.map((state) => toViewChange(state) ?? null) });
  }

  /** The conversation is another one now. */
  reset(): void {
    this.#live = undefined;
    this.#last = undefined;
    for (const map of [this.#notices, this.#reproductions, this.#citations, this.#marks]) map.clear();
  }

  #view(turn: Turn): ViewTurn {
    const conversation = this.#deps.conversation();
    const view = toViewTurn(turn, {
      model: this.#deps.model(),
      window: windowOf(conversation),
      branch: toViewBranch(conversation, turn.id),
      notices: this.#notices.get(turn.id),
      reproduction: this.#reproductions.get(turn.id),
      citationStates: this.#citations.get(turn.id),
    });
    this.#marks.set(turn.id, marksOf(view));
    return view;
  }

  /** A turn that goes on from the last one is added; one that forks off before it takes turns away. */
  #start(turn: Turn): void {
    this.#live = { ...this.#view(turn), status: { kind: "running" } };
    if (turn.parent !== this.#last) return this.#deps.sendState();
    this.#last = turn.id;
    this.#deps.send("turn", this.#live);
  }

  #change(part: Partial<ViewTurn>): void {
    if (this.#live) this.#live = { ...this.#live, ...part };
  }

  #handText(text: string): void {
    if (!this.#live) return;
    this.#change({ answer: this.#live.answer + text });
    this.#deps.send("text", { turn: this.#live.id, text });
  }

  #running(part: Omit<Extract<ViewAnswer, { kind: "running" }>, "kind">): void {
    this.#change({ status: { kind: "running", ...part } });
  }

  #compacting(turns: number): void {
    if (!this.#live) return;
    this.#running({ compacting: turns });
    this.#deps.send("compacting", { turn: this.#live.id, turns });
  }

  #prefill({ done, total, reused, restored }: Extract<ChatEvent, { type: "prefill" }>): void {
    if (!this.#live) return;
    const prefill = { done, total, reused, restored };
    this.#running({ prefill });
    this.#deps.send("prefill", { turn: this.#live.id, ...prefill });
  }

  #notice(text: string): void {
    if (!this.#live) return;
    const notices = [...this.#live.notices, text];
    this.#notices.set(this.#live.id, notices);
    this.#change({ notices });
    this.#deps.send("notice", { turn: this.#live.id, text });
  }

  /** The older turns that left the context meanwhile, or have other versions by now, are sent too. */
  #finish(turn: Turn): void {
    this.#live = undefined;
    this.#deps.send("turn", this.#view(turn));
    for (const other of branchOf(this.#deps.conversation())) {
      const before = this.#marks.get(other.id);
      const view = this.#view(other);
      if (other.id !== turn.id && before !== marksOf(view)) this.#deps.send("turn", view);
    }
  }
}

/** What of a turn changes by later turns, and by those of other windows. */
function marksOf({ dropped, withoutCode, branch }: ViewTurn): string {
  return JSON.stringify([dropped, withoutCode, branch]);
}
