import { t } from "../common/l10n";
import { linkNames, type RangeOpener } from "./answerLinks";
import { modelNote, statsDetails, stopNoteOf } from "./answerFooter";
import { CitationList } from "./citationList";
import type { BlockActions, CodeActions } from "./codeBlock";
import { type Child, fill, h } from "./dom";
import { errorBox } from "./errorBox";
import { count, foldingText } from "./format";
import { icon } from "./icons";
import type { LinkResolver } from "./linkResolver";
import { ProgressBar } from "./progressBar";
import type { ViewCitation, ViewPrefill, ViewTurn } from "./protocol";
import { QuestionView } from "./questionView";
import { linkRanges } from "./rangeLinks";
import type { RangePreview } from "./rangePreview";
import type { Shell } from "./shell";
import { StreamingMarkdown } from "./streamingMarkdown";
import { summaryDetails } from "./summaryDetails";
import { TurnBar } from "./turnBar";

export interface TurnViewDeps {
  readonly shell: Shell;
  readonly code: CodeActions;
  readonly focusInput: () => void;
  readonly onRender: () => void;
  readonly links: LinkResolver;
  readonly preview: RangePreview;
  /** Tells a screen reader what is new. */
  readonly say: (text: string) => void;
}

/** One question and its answer. */
export class TurnView {
  readonly #bar = new ProgressBar(t("Reading the prompt"));
  readonly #reading = h("span", {}, t("Thinking…"));
  readonly #progress = h("div", { class: "prefill" }, this.#bar.element, this.#reading);
  readonly #dropped = h("p", { class: "note dropped-note" }, icon("info"), t("No longer in the model's context"));
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
  #turn: ViewTurn;
  readonly bar: TurnBar;
  readonly element: HTMLElement;
  #shownSummary: string | undefined;

  /** Whether the answer grows before the reader's eyes. */
  #isLive = false;
  /** Whether the turn is near what the reader sees; taken for true where the browser does not tell. */
  #isInSight = !("ContentVisibilityAutoStateChangeEvent" in window);
  #unlinked: Node[] = [];

  constructor(
    turn: ViewTurn,
    readonly deps: TurnViewDeps,
  ) {
    const { shell, code, focusInput, onRender } = deps;
    this.#shell = shell;
    this.#turn = turn;
    this.#answer = new StreamingMarkdown(blockActions(turn.id, shell, code), { onRender, onSettled: (nodes) => this.#settled(nodes) });
    this.#citations = new CitationList(this.#opener);
    const question = new QuestionView(turn, shell, (sent) => (sent ? focusInput() : this.bar.focusEdit()));
    this.bar = new TurnBar(turn, { shell, edit: () => question.edit(), copy: (text) => code.copy(text) });
    this.#footer = h("div", { class: "footer" }, this.#ending, this.#citations.element, this.#stats);
    const answer = h(
      "div",
      { class: "answer", role: "group", "aria-label": t("Answer") },
      this.#banner, this.#notices, this.#progress, this.#answer.element, this.#reproduction, this.#footer,
    );
    this.element = h(
      "article",
      { class: "turn", "data-turn": turn.id },
      this.#dropped, this.#summary, question.element, this.bar.element, answer,
    );
    this.element.addEventListener("contentvisibilityautostatechange", (event) => this.#sightChanged(event));
    this.update(turn);
    if (turn.status.kind === "running") this.#answer.restart(turn.answer);
  }

  /** Shows the turn as the shell has it. Text that is still streaming arrives by `appendText`. */
  update(turn: ViewTurn): void {
    this.#turn = turn;
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
  }

  get #opener(): RangeOpener {
    return { open: (range) => this.#shell.openRange(range), preview: (button, range) => this.deps.preview.attach(button, range) };
  }

  #settled(nodes: readonly Node[]): void {
    if (this.#isLive) this.deps.say(nodes.map(spoken).join(" "));
    if (this.#turn.status.kind === "searchResults") for (const node of nodes) linkRanges(node, this.#turn.citations, this.#opener);
    else this.#unlinked.push(...nodes);
    if (this.#isInSight || this.#isLive) this.#link();
  }

  /** The names of an old conversation are looked for only where somebody looks. Blocks of code tell of themselves, too. */
  #sightChanged(event: Event): void {
    if (event.target !== this.element) return;
    this.#isInSight = !("skipped" in event && event.skipped === true);
    if (this.#isInSight) this.#link();
  }

  #link(): void {
    linkNames(this.#unlinked.splice(0), this.deps.links, this.#opener);
  }

  /** Marks what of the citations has changed since, in their order. */
  markCitations(changes: readonly ViewCitation["changed"][]): void {
    this.#citations.mark(changes);
  }

  appendText(text: string): void {
    this.#isLive = true;
    this.#progress.hidden = true;
    this.#answer.append(text);
  }

  addNotice(text: string): void {
    this.#notices.append(notice(text));
  }

  setPrefill({ done, total, reused, restored }: ViewPrefill): void {
    this.#bar.set(total > 0 ? done / total : 1);
    this.#reading.textContent = [t("Reading {0} of {1} tokens", count(done), count(total)), ...keptNote(reused, restored)].join(" ");
  }

  setCompacting(turns: number): void {
    this.#bar.set(undefined);
    this.#reading.textContent = foldingText(turns);
  }

  /** Shows that the answer is being computed again, or what came of it. */
  showReproduction(running: boolean, result: string | undefined): void {
    if (running) fill(this.#reproduction, new ProgressBar(t("Reproducing")).element, notice(t("Computing the answer again…")));
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
    return h("div", { class: "search-banner" }, h("p", { class: "search-title" }, icon("search"), t("Search results, not an answer")));
  }

  /** The references stay in the page while they are the same: somebody may have opened them. */
  #showFooter({ id, status, citations, withoutCode, dropped }: ViewTurn): void {
    this.#footer.hidden = status.kind === "running";
    fill(
      this.#ending,
      status.kind === "done" && stopNoteOf(status.stats),
      status.kind === "done" && status.note && modelNote(status.note, (action) => this.#shell.action(action, id)),
      status.kind === "failed" && errorBox(status.error, (action) => this.#shell.action(action, id)),
    );
    this.#citations.show(citations, withoutCode && !dropped);
    fill(this.#stats, status.kind === "done" && statsDetails(status.stats));
  }
}

function keptNote(reused: number, restored: number): string[] {
  if (reused === 0) return [];
  return [restored > 0 ? t("({0} resumed)", count(reused)) : t("({0} reused)", count(reused))];
}

function notice(text: string): HTMLElement {
  return h("p", { class: "note" }, icon("info"), text);
}

/** What is told of a block: of code only what it is. */
function spoken(node: Node): string {
  if (!(node instanceof Element) || !node.matches(".code-block")) return node.textContent ?? "";
  return `${node.querySelector("pre")?.getAttribute("aria-label") ?? t("Code")}.`;
}

function blockActions(turn: string, shell: Shell, code: CodeActions): BlockActions {
  return {
    ...code,
    apply: (block) => void shell.request("applyCode", { turn, ...block }),
    newFile: (block) => void shell.request("newFile", { turn, ...block }),
    runInTerminal: (block) => void shell.request("runInTerminal", { turn, ...block }),
  };
}
