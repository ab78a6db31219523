import { citationList, statsDetails, stopNoteOf } from "./answerFooter";
import type { CodeActions } from "./codeBlock";
import { type Child, fill, h } from "./dom";
import { errorBox } from "./errorBox";
import { count, rangeLabel, shortRangeLabel } from "./format";
import { icon } from "./icons";
import { ProgressBar } from "./progressBar";
import type { ViewAttachment, ViewPrefill, ViewTurn } from "./protocol";
import type { Shell } from "./shell";
import { StreamingMarkdown } from "./streamingMarkdown";

/** One question and its answer. */
export class TurnView {
  readonly #bar = new ProgressBar("Reading the prompt");
  readonly #reading = h("span", {}, "Thinking…");
  readonly #progress = h("div", { class: "prefill" }, this.#bar.element, this.#reading);
  readonly #dropped = h("p", { class: "note dropped-note" }, icon("info"), "No longer in the model's context");
  readonly #notices = h("div", { class: "notices" });
  readonly #banner = h("div");
  readonly #footer = h("div", { class: "footer" });
  readonly #answer: StreamingMarkdown;
  readonly element: HTMLElement;

  constructor(
    turn: ViewTurn,
    readonly shell: Shell,
    code: CodeActions,
    onRender: () => void,
  ) {
    this.#answer = new StreamingMarkdown(code, onRender);
    const answer = h(
      "section",
      { class: "answer", "aria-label": "Answer" },
      this.#banner, this.#notices, this.#progress, this.#answer.element, this.#footer,
    );
    this.element = h("article", { class: "turn", "data-turn": turn.id }, this.#dropped, question(turn, shell), answer);
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
    fill(this.#notices, ...turn.notices.map(notice));
    fill(this.#banner, this.#bannerOf(turn));
    fill(this.#footer, ...this.#footerOf(turn));
    if (!running) this.#answer.finish(turn.answer);
  }

  appendText(text: string): void {
    this.#progress.hidden = true;
    this.#answer.append(text);
  }

  addNotice(text: string): void {
    this.#notices.append(notice(text));
  }

  setPrefill({ done, total, reused }: ViewPrefill): void {
    this.#bar.set(total > 0 ? done / total : 1);
    const kept = reused > 0 ? ` (${count(reused)} reused)` : "";
    this.#reading.textContent = `Reading ${count(done)} of ${count(total)} tokens${kept}`;
  }

  /** Why there is no model, and what to do, stands in the header; the results say themselves where they come from. */
  #bannerOf({ status }: ViewTurn): Child {
    if (status.kind !== "searchResults") return undefined;
    return h("div", { class: "search-banner" }, h("p", { class: "search-title" }, icon("search"), "Search results, not an answer"));
  }

  #footerOf({ id, status, citations }: ViewTurn): Child[] {
    if (status.kind === "running") return [];
    return [
      status.kind === "done" && stopNoteOf(status.stats),
      status.kind === "failed" && errorBox(status.error, (action) => this.shell.action(action, id)),
      citations.length > 0 && citationList(citations, this.shell),
      status.kind === "done" && statsDetails(status.stats),
    ];
  }
}

function question(turn: ViewTurn, shell: Pick<Shell, "openRange">): HTMLElement {
  const chips = turn.attachments.map((attachment) => attachmentChip(attachment, shell));
  return h(
    "section",
    { class: "question", "aria-label": "Question" },
    h("p", { class: "question-text" }, turn.question),
    chips.length > 0 && h("div", { class: "chips" }, ...chips),
  );
}

function attachmentChip(attachment: ViewAttachment, shell: Pick<Shell, "openRange">): HTMLElement {
  const title = `${rangeLabel(attachment)} (${attachment.language})`;
  return h(
    "button",
    { class: "chip", type: "button", title, click: () => shell.openRange(attachment) },
    icon("file"),
    h("span", {}, shortRangeLabel(attachment)),
  );
}

function notice(text: string): HTMLElement {
  return h("p", { class: "note" }, icon("info"), text);
}
