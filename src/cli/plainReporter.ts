import type { SerializedError } from "../common/errors";
import type { Turn } from "../chat/types";
import { standIn } from "../engine/catalog";
import { type AnswerText, answerText } from "./answerText";
import { type CliEvent, isIndexAnswer, type Reporter } from "./events";
import { formatIndexAnswer } from "./indexText";
import { formatFit, formatInspection, formatModels } from "./modelText";
import {
  formatCitations,
  formatError,
  formatPrefill,
  formatStats,
  formatStopReason,
  formatSummary,
  withoutControls,
} from "./plainText";
import { ProgressText } from "./progressText";
import { displayWidth } from "./screen/displayWidth";
import { wrapText } from "./screen/wrapText";
import type { Terminal } from "./terminal";

/**
 * Words for a person: what was asked for goes to stdout (the answer, the rows), everything about it to stderr
 * (progress, code used, notices, errors), so that a pipe carries the answer alone.
 */
export class PlainReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  readonly #quiet: boolean;
  readonly #progress: ProgressText;
  /** The answer that is being written. */
  #answer: AnswerText | undefined;
  /** A missing model is explained once, not after every question. */
  #explained: string | undefined;

  constructor(terminal: Terminal, options: { readonly verbose: boolean; readonly quiet?: boolean }) {
    this.#terminal = terminal;
    this.#verbose = options.verbose;
    this.#quiet = options.quiet === true;
    this.#progress = new ProgressText(() => terminal.columns);
  }

  report(event: CliEvent): void {
    if (isIndexAnswer(event)) return this.#terminal.out(formatIndexAnswer(event, this.#terminal));
    switch (event.type) {
      case "started":
      case "citations":
        return; // the finished turn lists its citations, below the answer
      case "loading":
      case "compacting":
      case "prefill":
      case "indexStatus":
      case "download":
        return this.#status(event);
      case "text":
        return this.#text(event.text);
      case "finished":
        return this.#finished(event.turn);
      case "notice":
        return this.#line("dim", event.text);
      case "information":
        return this.#terminal.err(`${this.#wrapped(withoutControls(event.text))}\n`);
      case "error":
        return this.#error(event.error);
      case "indexSummary":
        return this.#terminal.out(`${formatSummary(event.roots.join(", "), event.summary)}\n`);
      case "models":
        return this.#terminal.out(formatModels(event.models, event.chosen, this.#terminal));
      case "fit":
        return this.#terminal.out(formatFit(event.report, this.#terminal));
      case "inspect":
        return this.#terminal.out(formatInspection(event.report, this.#terminal));
      case "downloaded":
        return this.#quiet ? undefined : this.#terminal.out(`${event.model} is downloaded and ready.\n`);
      case "listening":
        return this.#terminal.out(`Hearth listens on ${event.url} (Ctrl+C stops it).\n`);
    }
  }

  #status(event: ProgressEvent): void {
    if (this.#quiet || this.#answer) return;
    if (event.type === "download" && !this.#terminal.isErrorTty) return this.#logDownload(event);
    this.#terminal.status(statusLine(event, this.#progress));
  }

  /** A log has no line that is written over: it gets a line now and then. */
  #logDownload({ model, progress }: Extract<CliEvent, { type: "download" }>): void {
    const line = this.#progress.downloadLogLine(model, progress);
    if (line !== undefined) this.#terminal.err(`${line}\n`);
  }

  #text(text: string): void {
    if (text === "") return;
    if (!this.#answer) this.#terminal.status(undefined);
    this.#answer ??= answerText(this.#terminal);
    this.#answer.push(withoutControls(text));
  }

  #finished(turn: Turn): void {
    const { status } = turn;
    if (status.kind === "searchResults") this.#text(turn.answerText);
    this.#endLine();
    if (status.kind === "done") {
      this.#citations(turn);
      const reason = formatStopReason(status.record.stopReason);
      if (reason !== undefined) this.#line("yellow", reason);
      if (status.record.model === standIn) this.#line("dim", smallModelNote);
      if (this.#verbose) this.#line("dim", formatStats(status.record));
    }
    if (status.kind === "searchResults") this.#explain(status.reason);
    if (status.kind === "failed") this.#failed(status.error);
  }

  #citations(turn: Turn): void {
    if (turn.citations.length > 0) this.#line("dim", formatCitations(turn.citations));
  }

  #failed(error: SerializedError): void {
    if (error.code === "aborted") this.#line("yellow", "The answer was stopped.");
    else this.#error(error);
  }

  #explain(reason: SerializedError): void {
    if (this.#explained !== reason.message) this.#error(reason);
  }

  #error(error: SerializedError): void {
    this.#endLine();
    this.#explained = error.message;
    this.#terminal.err(`${this.#wrapped(`${this.#terminal.style("err", "red", "hearth:")} ${withoutControls(formatError(error))}`)}\n`);
  }

  /** Ends the answer that is being written, so that what follows begins on its own line. */
  #endLine(): void {
    this.#terminal.status(undefined);
    this.#answer?.end();
    this.#answer = undefined;
  }

  /** With --quiet only what is wrong with an answer. */
  #line(style: "dim" | "yellow", text: string): void {
    this.#endLine();
    if (this.#quiet && style === "dim") return;
    this.#terminal.err(`${this.#terminal.style("err", style, this.#wrapped(withoutControls(text)))}\n`);
  }

  /** A terminal would break words. */
  #wrapped(text: string): string {
    const { isErrorTty, columns } = this.#terminal;
    if (!isErrorTty) return text;
    return text.split("\n").flatMap((line) => wrapIndented(line, columns)).join("\n");
  }
}

/** What stands with each answer of the model that comes with Hearth. */
const smallModelNote = "From Ember, a very small model that comes with Hearth: it knows the code named here and nothing else, and may be wrong. To get a real one: hearth models --download phi3-mini";

/** Rows below the first one begin where it does. A line that fits keeps its columns. */
function wrapIndented(line: string, columns: number): readonly string[] {
  if (displayWidth(line) <= columns) return [line];
  const indent = /^ */.exec(line)?.[0] ?? "";
  return wrapText(line.trimStart(), columns - indent.length).map((row) => indent + row);
}

type ProgressEvent = Extract<CliEvent, { type: "loading" | "compacting" | "prefill" | "indexStatus" | "download" }>;

/** What goes on, in the line that is gone when it is over; undefined: nothing does. */
function statusLine(event: ProgressEvent, progress: ProgressText): string | undefined {
  switch (event.type) {
    case "loading":
      return `Loading the model … ${Math.floor(event.fraction * 100)} %`;
    case "compacting":
      return `Summarising ${event.turns === 1 ? "the oldest question" : `the oldest ${event.turns} questions`} …`;
    case "prefill":
      return formatPrefill(event);
    case "indexStatus":
      return progress.index(event.status);
    case "download":
      return progress.download(event.model, event.progress);
  }
}
