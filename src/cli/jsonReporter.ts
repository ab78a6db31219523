import type { SerializedError } from "../common/errors";
import type { AnswerRecord, Citation, Turn } from "../chat/types";
import type { FitReport } from "../engine/modelReports";
import type { FileVerdict, IndexStatus, RetrievedChunk, SymbolHit } from "../rag/ports";
import { type CliEvent, type IndexAnswer, isIndexAnswer, type ModelRow, type Reporter } from "./events";

type Row = Readonly<Record<string, unknown>>;

/** `--json`: one object a line on stdout, and nothing else there. */
export function jsonReporter(write: (text: string) => void): Reporter {
  return {
    report(event) {
      for (const row of jsonRows(event)) write(`${JSON.stringify(row)}\n`);
    },
  };
}

/** The lines that an event becomes. Keys and their meaning are public: programs read them. */
function jsonRows(event: CliEvent): readonly Row[] {
  if (isIndexAnswer(event)) return answerRows(event);
  switch (event.type) {
    case "started":
      return [{ type: "started", turn: event.turn.id }];
    case "loading":
    case "compacting":
    case "notice":
    case "text":
    case "prefill":
      return [event];
    case "citations":
      return [citationsRow(event.citations)];
    case "finished":
      return finishedRows(event.turn);
    case "information":
      return [{ type: "notice", text: event.text }];
    case "error":
      return [errorRow(event.error)];
    case "indexStatus":
      return indexRows(event.status);
    case "indexSummary":
      return [{ type: "summary", root: event.roots[0], roots: event.roots, ...event.summary }];
    case "models":
      return event.models.map((row) => modelRow(row, event.chosen));
    case "fit":
      return [{ type: "fit", ...fitRow(event.report) }];
    case "inspect":
      return [{ type: "inspect", ...event.report, template: event.report.template ?? null, format: event.report.format ?? null }];
    case "download":
      return [{ type: "download", model: event.model, ...event.progress }];
    case "downloaded":
    case "listening":
      return [event];
  }
}

function answerRows(event: IndexAnswer): readonly Row[] {
  switch (event.type) {
    case "found":
      return event.chunks.map(hit);
    case "foundFor":
      return [{ query: event.query, results: event.chunks.map(hit) }];
    case "symbols":
      return event.symbols.map(symbolRow);
    case "symbolsFor":
      return [{ query: event.query, results: event.symbols.map(symbolRow) }];
    case "verdict":
      return [verdictRow(event.verdict)];
    case "leftOut":
      return event.verdicts.map(verdictRow);
    case "map":
      return event.entries.map(({ path, rank, signatures }) => ({ path, rank, signatures }));
  }
}

function finishedRows(turn: Turn): readonly Row[] {
  const { status } = turn;
  switch (status.kind) {
    case "done":
      return [doneRow(status.record)];
    case "searchResults":
      return [{ type: "searchResults", text: turn.answerText }, citationsRow(turn.citations), errorRow(status.reason)];
    case "failed":
      return [errorRow(status.error)];
    case "running":
      return [];
  }
}

function doneRow({ stats, stopReason, seed, model, guidance }: AnswerRecord): Row {
  const { promptTokens, reusedTokens, restoredTokens, evaluatedTokens, generatedTokens, timeToFirstTokenMs, decodeTokensPerSecond } = stats;
  const shown = { promptTokens, reusedTokens, restoredTokens, evaluatedTokens, generatedTokens, timeToFirstTokenMs, decodeTokensPerSecond };
  return { type: "done", stats: shown, stopReason, seed, model, ...(guidance && { guidance }) };
}

function citationsRow(citations: readonly Citation[]): Row {
  const rows = citations.map(({ path, startLine, endLine, symbol }) => ({ path, startLine, endLine, symbol }));
  return { type: "citations", citations: rows };
}

/** `code` and `remedy` are always there, so that a reader need not look whether they are. */
function errorRow({ code, message, remedy }: SerializedError): Row {
  return { type: "error", code: code ?? "internal", message, remedy: remedy ?? null };
}

/** `scores` is there with --explain alone. */
function hit({ path, startLine, endLine, score, scores }: RetrievedChunk): Row {
  return { path, startLine, endLine, score, ...(scores && { scores }) };
}

function symbolRow({ path, startLine, endLine, name, symbol, signature, match }: SymbolHit): Row {
  return { path, startLine, endLine, name, symbol, signature, match };
}

function verdictRow(verdict: FileVerdict): Row {
  const { kind, path, ...rest } = verdict;
  return { type: "file", path, indexed: kind === "indexed", ...rest };
}

/** The end of an update is the summary's, or the error's. */
function indexRows(status: IndexStatus): readonly Row[] {
  switch (status.kind) {
    case "scanning":
      return [{ type: "progress", phase: "scanning" }];
    case "indexing":
      return [{ type: "progress", phase: status.kind, done: status.done, total: status.total }];
    case "embedding":
      return [{ type: "progress", phase: status.kind, done: status.done, total: status.total, secondsLeft: status.secondsLeft ?? null }];
    case "off":
    case "paused":
    case "ready":
    case "failed":
      return [];
  }
}

/** What a report may lack is null, so that a reader need not look whether it is there. */
function fitRow(report: FitReport): Row {
  return { ...report, askedContextSize: report.askedContextSize ?? null, setting: report.setting ?? null, embedding: report.embedding ?? null };
}

function modelRow({ model, fit }: ModelRow, chosen: string): Row {
  const { id, role, file, sizeBytes, source, contextLength, description } = model;
  return { id, role, file: file ?? null, sizeBytes: sizeBytes ?? null, source, contextLength, description, chosen: id === chosen, fit: fit ? fitRow(fit) : null };
}
