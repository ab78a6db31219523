import { type CancellationToken, type Progress, ProgressLocation, type TextDocument, window } from "vscode";
import type { Disposable } from "../../common/disposable";
import { HearthError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { LineRange } from "../../chat/edits/editRange";
import { type EditPlace, finishedEdit, partialEdit, streamedEdit } from "../../chat/edits/editStream";
import { modelEdit, type ModelEditEvent } from "../../chat/edits/modelEdit";
import type { ChatSettings } from "../../chat/types";
import type { ChatModel, StopReason } from "../../engine/ports";
import { setContextKey } from "../contextKeys";
import type { RunningRequests } from "../runningRequests";
import { pathLabel } from "../workspacePaths";
import { changeableDocument } from "./changeableDocument";
import { plainText, type Review } from "./review";
import type { Reviews } from "./reviews";

export interface ModelEditsDeps {
  readonly model: ChatModel;
  readonly settings: () => ChatSettings;
  readonly reviews: Reviews;
  readonly requests: RunningRequests;
}

/** What a model is to change, and how. */
export interface WantedEdit {
  readonly document: TextDocument;
  readonly range: LineRange;
  readonly instruction: string;
  /** What the progress says. */
  readonly title: string;
}

type ShownProgress = Progress<{ message?: string; increment?: number }>;

/** The diff is drawn anew so often while the model writes, at most. Milliseconds. */
const drawEveryMs = 120;

/** Changes of files that a model writes, one at a time, each shown as a diff while it comes. */
export class ModelEdits {
  readonly #deps: ModelEditsDeps;
  #running: AbortController | undefined;

  constructor(deps: ModelEditsDeps) {
    this.#deps = deps;
  }

  /** Resolves when the model has ended or was stopped. Throws "bad-use" while another edit runs, and what the model throws. */
  async run(wanted: WantedEdit): Promise<void> {
    if (this.#running) throw new HearthError("bad-use", t("Hearth is already writing a change."), { remedy: t("Wait for its end, or stop it with Escape.") });
    const document = await changeableDocument(wanted.document.uri);
    const running = new AbortController();
    this.#running = running;
    const busy = this.#deps.requests.begin();
    setContextKey("hearth.editing", true);
    try {
      const options = { location: ProgressLocation.Notification, title: wanted.title, cancellable: true };
      await window.withProgress(options, (progress, token) => this.#write(document, wanted, running, progress, token));
    } finally {
      this.#running = undefined;
      busy.dispose();
      setContextKey("hearth.editing", false);
    }
  }

  stop(): void {
    this.#running?.abort();
  }

  async #write(document: TextDocument, wanted: WantedEdit, running: AbortController, progress: ShownProgress, token: CancellationToken): Promise<void> {
    const base = plainText(document);
    const place = placeIn(base, document.languageId, wanted.range);
    const draft = new Draft(this.#deps.reviews, document, base, place, running);
    const listeners: Disposable[] = [token.onCancellationRequested(() => running.abort()), draft];
    try {
      const request = { ...place, path: pathLabel(document.uri), instruction: wanted.instruction };
      for await (const event of modelEdit({ model: this.#deps.model, settings: this.#deps.settings() }, request, running.signal)) {
        progress.report({ message: progressText(event) });
        if (event.type === "text") await draft.show(event.answer);
        if (event.type === "done") await draft.finish(event.answer, event.stopReason);
      }
    } catch (error) {
      await draft.drop();
      if (!running.signal.aborted) throw error;
    } finally {
      for (const listener of listeners) listener.dispose();
    }
  }
}

/** The proposal while a model writes it: it opens with the first code that comes, and closing it ends the writing. */
class Draft implements Disposable {
  readonly #reviews: Reviews;
  readonly #document: TextDocument;
  readonly #base: string;
  readonly #place: EditPlace;
  readonly #listener: Disposable;
  #review: Review | undefined;
  #closed = false;
  #drawnAt = 0;

  constructor(reviews: Reviews, document: TextDocument, base: string, place: EditPlace, running: AbortController) {
    this.#reviews = reviews;
    this.#document = document;
    this.#base = base;
    this.#place = place;
    this.#listener = reviews.onDidClose((review) => {
      if (review !== this.#review) return;
      this.#closed = true;
      running.abort();
    });
  }

  async show(answer: string): Promise<void> {
    if (performance.now() - this.#drawnAt < drawEveryMs) return;
    await this.#draw(streamedEdit(this.#place, answer));
    this.#drawnAt = performance.now();
  }

  /** A stopped answer leaves what came of it; lines that it has not reached stay. */
  async finish(answer: string, reason: StopReason): Promise<void> {
    if (this.#closed) return;
    const isWhole = reason === "endOfTurn" || reason === "stopText";
    const text = isWhole ? finishedEdit(this.#place, answer) : partialEdit(this.#place, answer);
    if (text === undefined) return this.#nothing(reason);
    await this.#draw(text);
    if (this.#review) this.#review.writing = false;
    if (!isWhole) void window.showInformationMessage(reason === "aborted" ? t("Stopped. What had come is proposed.") : t("The change ends early, since it became too long. What had come is proposed."));
  }

  /** Closes what is shown; that is no wish to stop. */
  async drop(): Promise<void> {
    const review = this.#review;
    this.#review = undefined;
    this.#closed = true;
    if (review) await this.#reviews.close(review);
  }

  dispose(): void {
    this.#listener.dispose();
  }

  async #draw(text: string | undefined): Promise<void> {
    if (text === undefined || this.#closed) return;
    if (this.#review) await this.#review.propose(this.#base, text);
    else this.#review = await this.#reviews.open(this.#document.uri, text, { base: this.#base, writing: true });
  }

  async #nothing(reason: StopReason): Promise<void> {
    await this.drop();
    if (reason === "aborted") return;
    throw new HearthError("bad-use", t("The model answered without any code, so nothing is proposed."), { remedy: t("Say more exactly what is to change, or ask in the chat.") });
  }
}

function placeIn(text: string, language: string, { start, end }: LineRange): EditPlace {
  const lines = text.split(/(?<=\n)/);
  const join = (from: number, to?: number) => lines.slice(from, to).join("");
  if (start !== end) return { before: join(0, start), selection: join(start, end), after: join(end), language };
  // On an empty line the code takes its place.
  const line = lines[start] ?? "";
  const takesLine = line.trim() === "" && line !== "";
  return { before: join(0, start), selection: "", after: join(takesLine ? start + 1 : start), language, indent: /^[ \t]*/.exec(line)?.[0] ?? "" };
}

function progressText(event: ModelEditEvent): string {
  switch (event.type) {
    case "loading":
      return t("loading the model, {0} %", Math.round(event.fraction * 100));
    case "reading":
      return t("reading {0} of {1} tokens", event.done, event.total);
    case "text":
      return t("writing, {0} lines", event.answer.split("\n").length);
    case "done":
      return "";
    default:
      return event satisfies never;
  }
}

