import { commands, type Tab, TabInputTextDiff, type Uri, window, workspace } from "vscode";
import { type Disposable, DisposableStore } from "../../common/disposable";
import { Emitter } from "../../common/emitter";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import { Debounce } from "../../rag/debounce";
import { setContextKey } from "../contextKeys";
import { withErrorsShown } from "../showError";
import { changeableDocument } from "./changeableDocument";
import { ProposalFiles, proposalScheme } from "./proposalFiles";
import { plainText, Review, type ReviewLine } from "./review";

/** What was changed by hand is saved once it has been quiet. Milliseconds. */
const quietMs = 300;
const messageMs = 5000;

/** The proposed changes that are open, one for a file, each in a diff of its own. */
export class Reviews implements Disposable {
  readonly #files = new ProposalFiles();
  readonly #open = new Set<Review>();
  readonly #store = new DisposableStore();
  readonly #closed = new Emitter<Review>();
  readonly #log: Log;
  readonly #settle = new Debounce(() => void withErrorsShown(this.#log, () => this.#settleDirty()), quietMs);

  constructor(log: Log) {
    this.#log = log;
    this.#store.add(workspace.registerFileSystemProvider(proposalScheme, this.#files, { isCaseSensitive: true }));
    this.#store.add(workspace.onDidChangeTextDocument(({ document }) => this.#documentChanged(document.uri)));
    this.#store.add(window.tabGroups.onDidChangeTabs(({ closed }) => this.#tabsChanged(closed)));
    this.#store.add(window.tabGroups.onDidChangeTabGroups(() => this.#showActive()));
    this.#store.add({ dispose: () => this.#settle.cancel() });
    void withErrorsShown(log, () => this.#closeLost());
  }

  /** Fires when a review is over: its tab was closed, or nothing is left to decide. */
  readonly onDidClose = this.#closed.subscribe;

  /** The one whose diff is in front. */
  get active(): Review | undefined {
    return this.#of(window.tabGroups.activeTabGroup.activeTab);
  }

  /**
   * Shows `text` as a change of a file; an earlier proposal for the file gives way. Throws "bad-use" when the file is
   * gone or read-only, or when nothing would change.
   *
   * @param options `base`: the text that it is a change of, by default what the file has now; `writing`: a model goes on
   * with it
   */
  async open(file: Uri, text: string, { base, writing = false }: { readonly base?: string; readonly writing?: boolean } = {}): Promise<Review> {
    const document = await changeableDocument(file);
    const review = new Review(this.#files, document);
    review.writing = writing;
    await review.propose(base ?? plainText(document), text);
    if (review.settled) {
      review.dispose();
      throw new HearthError("bad-use", t("The file already has this code."));
    }
    for (const earlier of [...this.#open].filter(({ real }) => real.toString() === file.toString())) await this.#close(earlier);
    this.#open.add(review);
    review.onDidChange(() => void withErrorsShown(this.#log, () => this.#closeSettled(review)));
    await commands.executeCommand("vscode.diff", file, review.uri, t("{0}: proposed by Hearth", nameOf(file)), { preview: false });
    await review.shown();
    this.#showActive();
    return review;
  }

  async acceptChange(): Promise<void> {
    const review = this.#inFront();
    await review.accept(cursorOf(review));
  }

  async rejectChange(): Promise<void> {
    const review = this.#inFront();
    await review.reject(cursorOf(review));
  }

  async acceptAll(): Promise<void> {
    const left = await this.#inFront().acceptAll();
    if (left === 0) return;
    throw new HearthError("bad-use", left === 1 ? t("One change was not accepted: its lines have changed since.") : t("{0} changes were not accepted: their lines have changed since.", left), {
      remedy: t("Reject what is left to keep the file as it is, or undo what you changed there."),
    });
  }

  /** Nothing of the file changes. */
  async rejectAll(): Promise<void> {
    await this.#close(this.#inFront());
  }

  /** Closes a review as it is. */
  async close(review: Review): Promise<void> {
    if (this.#open.has(review)) await this.#close(review);
  }

  dispose(): void {
    for (const review of this.#open) review.dispose();
    this.#store.dispose();
    this.#closed.dispose();
  }

  #inFront(): Review {
    const { active } = this;
    if (!active) throw new HearthError("bad-use", t("No proposed change is in front."), { remedy: t("Go to the tab of the proposal first.") });
    return active;
  }

  #of(tab: Tab | undefined): Review | undefined {
    const input = tab?.input;
    return input instanceof TabInputTextDiff ? [...this.#open].find(({ uri }) => uri.toString() === input.modified.toString()) : undefined;
  }

  #documentChanged(uri: Uri): void {
    const name = uri.toString();
    const met = [...this.#open].filter((review) => review.real.toString() === name || review.uri.toString() === name);
    if (met.length === 0) return;
    const document = workspace.textDocuments.find((one) => one.uri.toString() === name);
    if (document) for (const review of met) review.documentChanged(document);
    if (uri.scheme === proposalScheme) this.#settle.schedule();
  }

  async #settleDirty(): Promise<void> {
    for (const review of this.#open) await review.settleDirty();
  }

  #tabsChanged(closed: readonly Tab[]): void {
    for (const tab of closed) {
      const review = this.#of(tab);
      if (review && tabsOf(review.uri).length === 0) this.#forget(review);
    }
    this.#showActive();
  }

  /** Once both sides are equal there is nothing to look at. */
  async #closeSettled(review: Review): Promise<void> {
    if (!review.settled || !this.#open.has(review)) return;
    const { real, takenOver } = review;
    await this.#close(review);
    window.setStatusBarMessage(takenOver ? t("Hearth: {0} was changed. Undo takes it back.", nameOf(real)) : t("Hearth: no change is left for {0}.", nameOf(real)), messageMs);
    if (takenOver) await window.showTextDocument(await workspace.openTextDocument(real), { preview: false });
  }

  async #close(review: Review): Promise<void> {
    await review.settleDirty();
    const tabs = tabsOf(review.uri);
    this.#forget(review);
    await window.tabGroups.close(tabs);
  }

  #forget(review: Review): void {
    if (!this.#open.delete(review)) return;
    this.#closed.fire(review);
    review.dispose();
    this.#showActive();
  }

  #showActive(): void {
    setContextKey("hearth.reviewing", this.active !== undefined);
  }

  /** Tabs that the editor brought back with the window: their proposals are gone. */
  async #closeLost(): Promise<void> {
    const lost = window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(({ input }) => input instanceof TabInputTextDiff && input.modified.scheme === proposalScheme));
    if (lost.length > 0) await window.tabGroups.close(lost);
  }
}

function tabsOf(uri: Uri): readonly Tab[] {
  const name = uri.toString();
  return window.tabGroups.all.flatMap(({ tabs }) => tabs.filter(({ input }) => input instanceof TabInputTextDiff && input.modified.toString() === name));
}

/** The cursor of the side that has it; a diff that has the focus elsewhere counts by the proposal's side. */
function cursorOf({ uri, real }: Review): ReviewLine {
  const editor = window.activeTextEditor;
  const isReal = editor?.document.uri.toString() === real.toString();
  const proposed = isReal ? undefined : window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  return isReal ? { side: "original", line: editor.selection.active.line } : { side: "proposed", line: proposed?.selection.active.line ?? 0 };
}

function nameOf(uri: Uri): string {
  return uri.path.split("/").at(-1) ?? uri.path;
}
