import type { LogLevel } from "../common/log";
import type { Contract } from "../common/rpc";
import type { FitReport, FitRequest, ModelReport } from "./modelReports";
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
  ResumeResult,
} from "./ports";

/** What the engine process serves. It holds one chat model and at most one embedding model. */
export interface EngineContract extends Contract {
  requests: {
    configure: [config: EngineConfig, result: void];
    load: [params: void, result: ModelInfo];
    measure: [prompt: Prompt, result: PromptSize];
    countTokens: [texts: readonly string[], result: readonly number[]];
    resume: [prompt: Prompt, result: ResumeResult];
    release: [conversation: string, result: void];
    forget: [conversation: string, result: void];
    embeddingInfo: [params: void, result: EmbeddingInfo | undefined];
    embed: [params: { texts: readonly string[]; kind: EmbeddingKind }, result: readonly Float32Array[]];
    countInput: [params: { texts: readonly string[]; kind: EmbeddingKind }, result: readonly number[]];
    models: [params: void, result: readonly ModelListing[]];
    discardDownload: [model: string, result: void];
    fit: [request: FitRequest, result: FitReport];
    inspect: [model: string, result: ModelReport];
    shutdown: [params: void, result: void];
  };
  streams: {
    generate: [request: GenerateRequest, item: GenerateEvent];
    download: [model: string, item: DownloadProgress];
  };
  events: {
    /** Other numbers of threads have turned out better for the loaded model. */
    infoChanged: ModelInfo;
    /** The model was unloaded after nobody had asked for it. */
    unloaded: { model: string };
    /** `device`: "cpu", or the GPU backend that the model is being loaded on. */
    loadProgress: { model: string; fraction: number; device: string };
    log: { level: LogLevel; message: string };
  };
}
