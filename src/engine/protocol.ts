import type { LogLevel } from "../common/log";
import type { Contract } from "../common/rpc";
import type {
  DownloadProgress,
  EmbeddingInfo,
  EmbeddingKind,
  EngineConfig,
  GenerateEvent,
  GenerateRequest,
  ModelInfo,
  ModelListing,
  Prompt,
  PromptSize,
} from "./ports";

/** What the engine process serves. It holds one chat model and at most one embedding model. */
export interface EngineContract extends Contract {
  requests: {
    configure: [config: EngineConfig, result: void];
    load: [params: void, result: ModelInfo];
    measure: [prompt: Prompt, result: PromptSize];
    countTokens: [texts: readonly string[], result: readonly number[]];
    forget: [conversation: string, result: void];
    embeddingInfo: [params: void, result: EmbeddingInfo | undefined];
    embed: [params: { texts: readonly string[]; kind: EmbeddingKind }, result: readonly Float32Array[]];
    models: [params: void, result: readonly ModelListing[]];
    shutdown: [params: void, result: void];
  };
  streams: {
    generate: [request: GenerateRequest, item: GenerateEvent];
    download: [model: string, item: DownloadProgress];
  };
  events: {
    loadProgress: { model: string; fraction: number };
    log: { level: LogLevel; message: string };
  };
}
