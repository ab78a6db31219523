import type { SerializedError } from "../common/errors";
import type { ChatEvent } from "../chat/types";
import type { FitReport, ModelReport } from "../engine/modelReports";
import type { DownloadProgress, ModelListing } from "../engine/ports";
import type { FileVerdict, IndexStatus, IndexSummary, MapEntry, RetrievedChunk, SymbolHit } from "../rag/ports";

/** Everything a command has to say. How it is said is the reporter's: one JSON object a line, or words for a person. */
export type CliEvent =
  | ChatEvent
  | { readonly type: "error"; readonly error: SerializedError }
  /** What a command of the chat was asked to tell. */
  | { readonly type: "information"; readonly text: string }
  | { readonly type: "indexStatus"; readonly status: IndexStatus }
  | { readonly type: "indexSummary"; readonly roots: readonly string[]; readonly summary: IndexSummary }
  | { readonly type: "found"; readonly chunks: readonly RetrievedChunk[] }
  /** One answer of `search --stdin`. */
  | { readonly type: "foundFor"; readonly query: string; readonly chunks: readonly RetrievedChunk[] }
  | { readonly type: "symbols"; readonly symbols: readonly SymbolHit[] }
  /** One answer of `search --symbols --stdin`. */
  | { readonly type: "symbolsFor"; readonly query: string; readonly symbols: readonly SymbolHit[] }
  /** Whether a file is in the index. */
  | { readonly type: "verdict"; readonly verdict: FileVerdict }
  | { readonly type: "leftOut"; readonly verdicts: readonly FileVerdict[] }
  /** The files that others refer to most. */
  | { readonly type: "map"; readonly entries: readonly MapEntry[] }
  | { readonly type: "models"; readonly models: readonly ModelRow[]; readonly chosen: string }
  | { readonly type: "fit"; readonly report: FitReport }
  | { readonly type: "inspect"; readonly report: ModelReport }
  | { readonly type: "download"; readonly model: string; readonly progress: DownloadProgress }
  | { readonly type: "downloaded"; readonly model: string }
  | { readonly type: "listening"; readonly url: string; readonly port: number };

/** What the index was asked for. */
export type IndexAnswer = Extract<CliEvent, { type: "found" | "foundFor" | "symbols" | "symbolsFor" | "verdict" | "leftOut" | "map" }>;

const indexAnswers = { found: true, foundFor: true, symbols: true, symbolsFor: true, verdict: true, leftOut: true, map: true } as const satisfies Record<IndexAnswer["type"], true>;

export function isIndexAnswer(event: CliEvent): event is IndexAnswer {
  return Object.hasOwn(indexAnswers, event.type);
}

/** A model of the list, with whether it fits; absent for embedding models, and where that is not known. */
export interface ModelRow {
  readonly model: ModelListing;
  readonly fit?: FitReport;
}

export interface Reporter {
  report(event: CliEvent): void;
}
