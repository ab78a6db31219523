import type { Contract, NoMembers } from "../common/rpc";
import type { LogLevel } from "../common/log";
import type { EmbeddingInfo, EmbeddingKind } from "../engine/ports";
import type {
  CitationState,
  FileVerdict,
  HashedRange,
  IndexConfig,
  IndexStatus,
  IndexSummary,
  MapEntry,
  RetrievedChunk,
  RetrieveQuery,
  SymbolHit,
  SymbolQuery,
} from "./ports";

/** What the index process serves. */
export interface IndexContract extends Contract {
  requests: {
    configure: [config: IndexConfig, result: void];
    update: [params: void, result: IndexSummary];
    retrieve: [query: RetrieveQuery, result: readonly RetrievedChunk[]];
    touch: [paths: readonly string[], result: void];
    setOpenFiles: [paths: readonly string[], result: void];
    setResting: [resting: boolean, result: void];
    pause: [params: void, result: void];
    resume: [params: void, result: void];
    rebuild: [params: void, result: IndexSummary];
    explain: [path: string, result: FileVerdict];
    leftOut: [limit: number, result: readonly FileVerdict[]];
    symbols: [query: SymbolQuery, result: readonly SymbolHit[]];
    map: [limit: number, result: readonly MapEntry[]];
    checkCitations: [ranges: readonly HashedRange[], result: readonly CitationState[]];
    shutdown: [params: void, result: void];
  };
  streams: NoMembers;
  events: {
    status: IndexStatus;
    log: { level: LogLevel; message: string };
  };
}

/** What the index process asks of its parent: embeddings come from the engine process. */
export interface IndexHostContract extends Contract {
  requests: {
    embeddingInfo: [params: void, result: EmbeddingInfo | undefined];
    embed: [params: { texts: readonly string[]; kind: EmbeddingKind }, result: readonly Float32Array[]];
  };
  streams: NoMembers;
  events: NoMembers;
}
