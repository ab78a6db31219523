import type { SerializedError } from "../common/errors";
import type { Turn } from "../chat/types";
import { type CliEvent, isIndexAnswer, type Reporter } from "./events";
import { formatIndexAnswer } from "./indexText";
import { formatFit, formatInspection, formatModels } from "./modelText";
import {
  formatCitations,
  formatDownload,
  formatError,
  formatIndexStatus,
  formatPrefill,
  formatStats,
  formatStopReason,
  formatSummary,
  withoutControls,
} from "./plainText";
import type { Terminal } from "./terminal";

/**
 * Words for a person: what was asked for goes to stdout (the answer, the rows), everything about it to stderr
 * (progress, code used, notices, errors), so that a pipe carries the answer alone.
 */
export class PlainReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  #endsWithNewline = true;
  /** A missing model is explained once, not after every question. */
  #explained: string | undefined;

  constructor(terminal: Terminal, options: { readonly verbose: boolean }) {
    this.#terminal = terminal;
    this.#verbose = options.verbose;
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
        return this.#terminal.status(statusLine(event));
      case "text":
        return this.#text(event.text);
      case "finished":
        return this.#finished(event.turn);
      case "notice":
        return this.#line("dim", event.text);
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
        return this.#terminal.out(`${event.model} is downloaded and ready.\n`);
      case "listening":
        return this.#terminal.out(`Hearth listens on ${event.url} (Ctrl+C stops it).\n`);
    }
  }

  #text(text: string): void {
    if (text === "") return;
    this.#terminal.out(withoutControls(text));
    this.#endsWithNewline = text.endsWith("\n");
  }

  #finished(turn: Turn): void {
    const { status } = turn;
    if (status.kind === "searchResults") this.#text(turn.answerText);
    this.#endLine();
    if (status.kind === "done") {
      this.#citations(turn);
      const reason = formatStopReason(status.record.stopReason);
      if (reason !== undefined) this.#line("yellow", reason);
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
    if (this.#explained === reason.message) return;
    this.#explained = reason.message;
    this.#error(reason);
  }

  #error(error: SerializedError): void {
    this.#endLine();
    this.#terminal.err(`${this.#terminal.style("err", "red", "hearth:")} ${withoutControls(formatError(error))}\n`);
  }

  /** The answer may not end with a newline; what follows it begins on its own line all the same. */
  #endLine(): void {
    this.#terminal.status(undefined);
    if (!this.#endsWithNewline) this.#terminal.out("\n");
    this.#endsWithNewline = true;
  }

  #line(style: "dim" | "yellow", text: string): void {
    this.#endLine();
    this.#terminal.err(`${this.#terminal.style("err", style, withoutControls(text))}\n`);
  }
}

/** What goes on, in the line that is gone when it is over; undefined: nothing does. */
function statusLine(event: Extract<CliEvent, { type: "loading" | "compacting" | "prefill" | "indexStatus" | "download" }>): string | undefined {
  switch (event.type) {
    case "loading":
      return `Loading the model … ${Math.floor(event.fraction * 100)} %`;
    case "compacting":
      return `Summarising ${event.turns === 1 ? "the oldest question" : `the oldest ${event.turns} questions`} …`;
    case "prefill":
      return formatPrefill(event);
    case "indexStatus":
      return formatIndexStatus(event.status);
    case "download":
      return formatDownload(event.model, event.progress);
  }
}
