import { statsDetails, stopNoteOf } from "./answerFooter";
import { CitationList } from "./citationList";
import type { CodeActions } from "./codeBlock";
import { type Child, fill, h } from "./dom";
import { errorBox } from "./errorBox";
import { count, foldingText } from "./format";
import { icon } from "./icons";
import { ProgressBar } from "./progressBar";
import type { ViewCitation, ViewPrefill, ViewTurn } from "./protocol";
import { QuestionView } from "./questionView";
import { linkRanges } from "./rangeLinks";
import type { Shell } from "./shell";
import { StreamingMarkdown } from "./streamingMarkdown";
import { summaryDetails } from "./summaryDetails";
import { TurnBar } from "./turnBar";

export interface TurnViewDeps {
  readonly shell: Shell;
  readonly code: CodeActions;
  readonly focusInput: () => void;
  readonly onRender: () => void;
}

/** One question and its answer. */
export class TurnView {
  readonly #bar = new ProgressBar("Reading the prompt");
  readonly #reading = h("span", {}, "Thinking…");
  readonly #progress = h("div", { class: "prefill" }, this.#bar.element, this.#reading);
  readonly #dropped = h("p", { class: "note dropped-note" }, icon("info"), "No longer in the model's context");
  readonly #summary = h("div");
  readonly #notices = h("div", { class: "notices" });
  readonly #banner = h("div");
  readonly #ending = h("div");
  readonly #citations: CitationList;
  readonly #stats = h("div");
  readonly #footer: HTMLElement;
  readonly #reproduction = h("div", { class: "reproduction", role: "status" });
  readonly #answer: StreamingMarkdown;
  readonly #shell: Shell;
  readonly bar: TurnBar;
  readonly element: HTMLElement;
  #shownSummary: string | undefined;

  constructor(turn: ViewTurn, { shell, code, focusInput, onRender }: TurnViewDeps) {
    this.#shell = shell;
    this.#answer = new StreamingMarkdown(code, onRender);
    this.#citations = new CitationList(shell);
    const question = new QuestionView(turn, shell, (sent) => (sent ? focusInput() : this.bar.focusEdit()));
    this.bar = new TurnBar(turn, shell, () => question.edit());
    this.#footer = h("div", { class: "footer" }, this.#ending, this.#citations.element, this.#stats);
    const answer = h(
      "section",
      { class: "answer", "aria-label": "Answer" },
      this.#banner, this.#notices, this.#progress, this.#answer.element, this.#reproduction, this.#footer,
    );
    this.element = h(
      "article",
      { class: "turn", "data-turn": turn.id },
      this.#dropped, this.#summary, question.element, this.bar.element, answer,
    );
    this.update(turn);
    if (turn.status.kind === "running") this.#answer.restart(turn.answer);
  }

  /** Shows the turn as the shell has it. Text that is still streaming arrives by `appendText`. */
  update(turn: ViewTurn): void {
    const { status } = turn;
    const running = status.kind === "running";
    this.element.classList.toggle("running", running);
    this.element.classList.toggle("dropped", turn.dropped);
    this.element.setAttribute("aria-busy", String(running));
    this.#dropped.hidden = !turn.dropped;
    this.#progress.hidden = !running || turn.answer !== "";
    if (running && status.prefill) this.setPrefill(status.prefill);
    if (running && status.compacting !== undefined) this.setCompacting(status.compacting);
    this.bar.update(turn);
    this.#showSummary(turn.summary);
    fill(this.#notices, ...turn.notices.map(notice));
    fill(this.#banner, this.#bannerOf(turn));
    this.#showFooter(turn);
    this.showReproduction(false, turn.reproduction);
    if (!running) this.#answer.finish(turn.answer);
    if (status.kind === "searchResults") linkRanges(this.#answer.element, turn.citations, this.#shell);
  }

  /** Marks what of the citations has changed since, in their order. */
  markCitations(changes: readonly ViewCitation["changed"][]): void {
    this.#citations.mark(changes);
  }

  appendText(text: string): void {
    this.#progress.hidden = true;
    this.#answer.append(text);
  }

  addNotice(text: string): void {
    this.#notices.append(notice(text));
  }

  setPrefill({ done, total, reused, restored }: ViewPrefill): void {
    this.#bar.set(total > 0 ? done / total : 1);
    const kept = reused > 0 ? ` (${count(reused)} ${restored > 0 ? "resumed" : "reused"})` : "";
    this.#reading.textContent = `Reading ${count(done)} of ${count(total)} tokens${kept}`;
  }

  setCompacting(turns: number): void {
    this.#bar.set(undefined);
    this.#reading.textContent = foldingText(turns);
  }

  /** Shows that the answer is being computed again, or what came of it. */
  showReproduction(running: boolean, result: string | undefined): void {
    if (running) fill(this.#reproduction, new ProgressBar("Reproducing").element, notice("Computing the answer again…"));
    else fill(this.#reproduction, result !== undefined && notice(result));
  }

  /** Left alone while it stays the same: the reader may have opened it. */
  #showSummary(summary: string | undefined): void {
    if (summary === this.#shownSummary) return;
    this.#shownSummary = summary;
    fill(this.#summary, summary !== undefined && summaryDetails(summary));
  }

  /** Why there is no model, and what to do, stands in the header; the results say themselves where they come from. */
  #bannerOf({ status }: ViewTurn): Child {
    if (status.kind !== "searchResults") return undefined;
    return h("div", { class: "search-banner" }, h("p", { class: "search-title" }, icon("search"), "Search results, not an answer"));
  }

  /** The references stay in the page while they are the same: somebody may have opened them. */
  #showFooter({ id, status, citations, withoutCode, dropped }: ViewTurn): void {
    this.#footer.hidden = status.kind === "running";
    fill(
      this.#ending,
      status.kind === "done" && stopNoteOf(status.stats),
      status.kind === "failed" && errorBox(status.error, (action) => this.#shell.action(action, id)),
    );
    this.#citations.show(citations, withoutCode && !dropped);
    fill(this.#stats, status.kind === "done" && statsDetails(status.stats));
  }
}

function notice(text: string): HTMLElement {
  return h("p", { class: "note" }, icon("info"), text);
}
