import { commands, languages, Range, type TextDocument, type Uri, window, workspace, WorkspaceEdit } from "vscode";
import { Emitter } from "../../common/emitter";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import { hunkAt } from "../../chat/edits/applyHunks";
import { withEndOfLine } from "../../chat/edits/endOfLine";
import { minimalEdits } from "../../chat/edits/minimalEdits";
import { accepted, allAccepted, follow, type Proposal, rejected, shownHunks } from "../../chat/edits/proposal";
import type { Hunk } from "../../chat/edits/hunks";
import { changeableDocument } from "./changeableDocument";
import type { ProposalFiles } from "./proposalFiles";

/** A line of one side of the diff, 0-based. */
export interface ReviewLine {
  readonly side: "original" | "proposed";
  readonly line: number;
}

/** Texts that the file had before and after it took changes: an undo or redo leads back to one of them. */
const mostRemembered = 50;

/**
 * A proposed text beside the file that it is for. The file is changed by `accept` and `acceptAll` alone, each by one edit,
 * so that one undo takes it back. All texts here have "\n" as line end; the file keeps its own.
 */
export class Review {
  readonly uri: Uri;
  readonly real: Uri;
  readonly #files: ProposalFiles;
  readonly #changed = new Emitter<void>();
  /** Texts of the file that came of accepting or of taking it back: the proposal stays as it is then. */
  readonly #known = new Set<string>();
  #proposal: Proposal;
  #writing = false;
  #takenOver = false;

  constructor(files: ProposalFiles, document: TextDocument) {
    this.#files = files;
    this.real = document.uri;
    this.uri = files.uriFor(document.uri);
    const text = plainText(document);
    this.#proposal = { base: text, current: text, proposed: text };
  }

  /** Fires when a side has changed. */
  readonly onDidChange = this.#changed.subscribe;

  get hunks(): readonly Hunk[] {
    return shownHunks(this.#proposal);
  }

  /** While a model still writes, nothing can be accepted. */
  get writing(): boolean {
    return this.#writing;
  }

  set writing(writing: boolean) {
    this.#writing = writing;
    this.#changed.fire();
  }

  /** Whether the file has taken anything over. */
  get takenOver(): boolean {
    return this.#takenOver;
  }

  get settled(): boolean {
    return !this.#writing && this.#proposal.current === this.#proposal.proposed;
  }

  /** Proposes `text` as a change of `base`, a text that the file had; what was changed in the file since is kept. */
  async propose(base: string, text: string): Promise<void> {
    const current = plainText(await workspace.openTextDocument(this.real));
    await this.#become(follow({ base, current: base, proposed: withEndOfLine(text, "\n") }, current));
  }

  async accept(at: ReviewLine): Promise<void> {
    const document = await this.#ready();
    await this.#write(document, accepted(this.#proposal, this.#hunkAt(at)));
  }

  async reject(at: ReviewLine): Promise<void> {
    await this.#ready();
    await this.#become(rejected(this.#proposal, this.#hunkAt(at)));
  }

  /** Takes all changes that fit over; returns how many do not. */
  async acceptAll(): Promise<number> {
    const document = await this.#ready();
    const { text, left } = allAccepted(this.#proposal);
    await this.#write(document, text);
    return left;
  }

  /** Sees to it that what an editor shows of either side counts. */
  documentChanged(document: TextDocument): void {
    if (document.uri.toString() === this.real.toString()) void this.#become(this.#followed(plainText(document)));
    // Changes that the editor read from us leave the document clean; a person's do not.
    else if (document.isDirty && !this.#writing) this.#proposedByHand(plainText(document));
  }

  /** Saves what was changed by hand on the proposal's side, so that closing it asks nothing. */
  async settleDirty(): Promise<void> {
    const document = this.#proposalDocument;
    if (!document?.isDirty) return;
    // Saving otherwise would format the proposal.
    if (window.activeTextEditor?.document === document) await commands.executeCommand("workbench.action.files.saveWithoutFormatting");
    else await document.save();
  }

  /** Gives the proposal's side the language of the file: a file that is not saved yet has no ending that would tell. */
  async shown(): Promise<void> {
    const { languageId } = await workspace.openTextDocument(this.real);
    const document = this.#proposalDocument;
    if (document && document.languageId !== languageId) await languages.setTextDocumentLanguage(document, languageId);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#files.remove(this.uri);
  }

  get #proposalDocument(): TextDocument | undefined {
    return workspace.textDocuments.find(({ uri }) => uri.toString() === this.uri.toString());
  }

  async #ready(): Promise<TextDocument> {
    if (this.#writing) throw new HearthError("bad-use", t("The change is still being written."), { remedy: t("Wait for its end, or stop it.") });
    const document = await changeableDocument(this.real);
    this.#proposal = this.#followed(plainText(document));
    return document;
  }

  #hunkAt({ side, line }: ReviewLine): Hunk {
    const hunk = hunkAt(this.hunks, line, side);
    if (!hunk) throw new HearthError("bad-use", t("There is no change at the cursor."), { remedy: t("Put the cursor into a change, or accept or reject all.") });
    return hunk;
  }

  async #write(document: TextDocument, text: string): Promise<void> {
    const { base, current } = this.#proposal;
    if (text === current) return;
    if (base === current) for (const known of [base, text]) this.#remember(known);
    const before = this.#takenOver;
    this.#takenOver = true;
    if (!(await workspace.applyEdit(editTo(document.uri, current, text)))) {
      this.#takenOver = before;
      throw refused();
    }
    await this.#become(this.#followed(plainText(document)));
  }

  #followed(current: string): Proposal {
    if (current === this.#proposal.current) return this.#proposal;
    return this.#known.has(current) ? { ...this.#proposal, base: current, current } : follow(this.#proposal, current);
  }

  #proposedByHand(proposed: string): void {
    this.#proposal = follow({ ...this.#proposal, proposed }, this.#proposal.current);
    this.#changed.fire();
  }

  async #become(proposal: Proposal): Promise<void> {
    const before = this.#proposal;
    this.#proposal = proposal;
    if (proposal.proposed !== before.proposed || !this.#files.has(this.uri)) await this.#show(proposal.proposed);
    this.#changed.fire();
  }

  async #show(text: string): Promise<void> {
    const document = this.#proposalDocument;
    // An editor with changes of its own does not read the file again.
    if (document?.isDirty) {
      await workspace.applyEdit(editTo(this.uri, plainText(document), text));
      await this.settleDirty();
    } else await this.#files.put(this.uri, text);
  }

  #remember(text: string): void {
    this.#known.add(text);
    const [oldest] = this.#known;
    if (this.#known.size > mostRemembered && oldest !== undefined) this.#known.delete(oldest);
  }
}

/** A document's text with "\n" as line end. */
export function plainText(document: TextDocument): string {
  return withEndOfLine(document.getText(), "\n");
}

function editTo(uri: Uri, before: string, after: string): WorkspaceEdit {
  const edit = new WorkspaceEdit();
  for (const { start, end, text } of minimalEdits(before, after)) edit.replace(uri, new Range(...placeOf(before, start), ...placeOf(before, end)), text);
  return edit;
}

function placeOf(text: string, offset: number): [line: number, character: number] {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return [before.split("\n").length - 1, offset - lineStart];
}

function refused(): HearthError {
  return new HearthError("bad-use", t("The editor does not take the change."), { remedy: t("Is the file read-only?") });
}
