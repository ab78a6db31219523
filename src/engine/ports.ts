import type { Subscribe } from "../common/emitter";
import type { SerializedError } from "../common/errors";
import type { FitReport, FitRequest, ModelReport } from "./modelReports";

/**
 * How a token is drawn from the distribution. `categorical` draws from the whole of it; `top-k` ignores top-p, and
 * `top-p` ignores top-k. Min-p joins `top-k` and `top-p` only, the temperature all but `greedy`.
 */
export type SamplerName = "greedy" | "categorical" | "top-k" | "top-p";

export const samplerNames = ["greedy", "categorical", "top-k", "top-p"] as const satisfies readonly SamplerName[];

/** Everything that decides which token is drawn. With the same values and prompt the same tokens come again. */
export interface Sampling {
  readonly sampler: SamplerName;
  /** Divides the logits; 0 is greedy. Range 0 to 5. */
  readonly temperature: number;
  /** Candidates kept by `top-k`; 0 keeps all. */
  readonly topK: number;
  /** Probability mass kept by `top-p`, 0 to 1; 1 keeps all. */
  readonly topP: number;
  /** `top-k` and `top-p` drop candidates below this share of the best one's probability, 0 to 1; 0 keeps all. */
  readonly minP: number;
  /** Divides the logit of recently used tokens; 1 is off. */
  readonly repeatPenalty: number;
  /** Whole number from 0 to 2^32 - 1; undefined draws one, which the answer's record names. */
  readonly seed?: number;
}

/** A model's own defaults; the person's settings go over them. */
export interface ModelDefaults {
  readonly sampling: Omit<Sampling, "seed">;
  /** Most tokens of one answer. */
  readonly maxTokens: number;
  readonly systemPrompt: string;
  /**
   * The model was trained with its own system prompt alone, on one kind of question: it follows no other instructions,
   * so that no other system prompt and no rules reach it, and it cannot summarise, edit or write messages. Absent: it can.
   */
  readonly answersOnly?: true;
}

export type PromptFormatName = "phi3" | "llama2" | "llama3" | "chatml" | "jinja";

export interface ModelInfo {
  /** Catalog id, or the file's name for a model given by path. */
  readonly id: string;
  readonly file: string;
  /** Identifies the file's content: from size, metadata and a sample of its bytes; hex. */
  readonly hash: string;
  /** "server": the server that the model runs on makes the prompt. */
  readonly format: PromptFormatName | "server";
  /** Tokens of one conversation that fit, history and answer together. */
  readonly contextSize: number;
  readonly trainedContextSize: number;
  readonly sequences: number;
  /** "cpu", or the GPU backend in use: "cuda", "vulkan", "metal". */
  readonly device: string;
  readonly gpuLayers: number;
  /** Layers of the model, the output layer included; `gpuLayers` of them run on the GPU. */
  readonly layers: number;
  /** Why the processor is used although a GPU was asked for, as a sentence. */
  readonly gpuFallback?: string;
  /** CPU threads that draw tokens. */
  readonly threads: number;
  /** CPU threads that read prompts. */
  readonly prefillThreads: number;
  readonly kvCacheType: KvCacheType;
  readonly flashAttention: boolean;
  /** Version of node-llama-cpp. */
  readonly libraryVersion: string;
  readonly loadMs: number;
  readonly defaults: ModelDefaults;
  /**
   * Base URL of the server that the model runs on; absent: it runs here. With it `hash` is made of the URL and the
   * model's name, `file` is empty, `device` is "server", and numbers that a server does not tell are 0.
   */
  readonly server?: string;
  /** The configured model that is not here, and that this one stands in for: a catalog id. Absent: it is the one that was asked for. */
  readonly standsInFor?: string;
}

/** What the engine is to load. Any change ends the running answers with "modelChanged" and loads anew. */
export interface EngineConfig {
  /** Catalog id or path of a .gguf. */
  readonly model: string;
  /** False: the model that comes with Hearth does not answer while `model` is not downloaded, since something else does. */
  readonly standIn?: false;
  /** Searched for catalog files, in order; downloads go to the first. Absolute. */
  readonly modelDirectories: readonly string[];
  readonly gpuLayers: "auto" | "max" | number;
  /** Tokens per conversation. */
  readonly contextSize: number;
  /** 0: as many as a short measurement at the model's first load finds best; never more than the physical cores. */
  readonly threads: number;
  /** Conversations whose KV state is held at once; the least recently used one gives way. */
  readonly sequences: number;
  readonly kvCacheType: KvCacheType;
  readonly flashAttention: boolean;
  readonly promptLookup: PromptLookup;
  /** Where KV states, and what was measured of this machine, are kept; absolute. Empty: nothing is kept. */
  readonly stateDirectory: string;
  /** Most bytes of KV states on disk, the oldest leave first; 0: none are saved. */
  readonly stateBudgetBytes: number;
  /** A model that nobody asked for so long is unloaded, its conversations saved; 0: never. */
  readonly unloadAfterMinutes: number;
  /** Path or catalog id of an embedding GGUF; empty: none. */
  readonly embeddingModel: string;
  /** Base URL that model files come from; empty: the catalog's own. */
  readonly downloadEndpoint: string;
  /** URL of the proxy that downloads go through; empty: that of the environment, if any. */
  readonly downloadProxy: string;
  /** Models that run elsewhere. Absent: none do. The engine's process does not get to see it. */
  readonly servers?: Servers;
}

/** Which models run on servers with OpenAI's HTTP API. Keys are not in here: they are asked for when a request is sent. */
export interface Servers {
  /** `auto`: here when the model can be loaded, else on the chat server, when one is named. */
  readonly backend: ChatBackend;
  readonly chat: ServerConfig;
  /** With a URL, embeddings come from there, and `embeddingModel` is not used. */
  readonly embedding: ServerConfig;
}

export type ChatBackend = (typeof chatBackends)[number];

export const chatBackends = ["auto", "native", "openai"] as const;

export interface ServerConfig {
  /** Base URL, such as "http://gpu-box:8080/v1"; empty: no server. */
  readonly url: string;
  /** As the server names it; empty: the first model that the server lists. */
  readonly model: string;
  /** Tokens of one conversation, where the server does not tell; 0: 4096. Embedding servers do not use it. */
  readonly contextSize: number;
  /** A server that has sent nothing for so many seconds is given up; its whole answer may take longer. Default 300. */
  readonly silenceSeconds: number;
}

/** What a server is used for; each has a key of its own. */
export type ServerRole = "chat" | "embedding";

/** Number format of the KV cache. The smaller ones save memory, cost exactness, and turn flash attention on. */
export type KvCacheType = (typeof kvCacheTypes)[number];

export const kvCacheTypes = ["f16", "q8_0", "q4_0"] as const;

/** Guesses the next tokens from the prompt's own text; `auto` stops where it does not pay. Greedy answers only. */
export type PromptLookup = (typeof promptLookups)[number];

export const promptLookups = ["off", "on", "auto"] as const;

/**
 * One question and its answer, as the model is to see them. A turn that leaves the prompt, or its `context` alone, is
 * cut out of the KV cache and what stands behind it moves up; nothing else that changes is kept from the fork on.
 */
export interface PromptTurn {
  /** Stable; the engine keeps a turn's tokens by it and never tokenises the same turn twice. */
  readonly id: string;
  /** True where other turns stood before it once, whether they are in the prompt or have left. */
  readonly continues?: boolean;
  /** Retrieved code in front of the question. Tokenised apart from `user`, so that it can leave later. Empty or absent: none. */
  readonly context?: string;
  readonly user: string;
  /** Absent for the turn that is to be answered. */
  readonly answer?: {
    readonly text: string;
    /** Exactly what was generated, valid for the model with `modelHash`; other models tokenise `text`. */
    readonly tokens?: readonly number[];
    readonly modelHash?: string;
  };
}

export interface Prompt {
  /** Names the KV state; one per chat panel. */
  readonly conversation: string;
  readonly system: string;
  readonly turns: readonly PromptTurn[];
  /** A text that is continued as it stands, without any prompt format; `system` is empty then, and `turns` too. */
  readonly rawText?: string;
}

export interface GenerateRequest extends Prompt {
  readonly sampling: Sampling;
  readonly maxTokens: number;
  /** True: the whole prompt is evaluated, whatever the KV cache or a saved state hold. */
  readonly fresh?: boolean;
  /** The answer ends before the first of these, which do not belong to it. Default: those of the model alone. */
  readonly stopTexts?: readonly string[];
  /** The answer is JSON that this schema allows. Throws "bad-use" for a schema with parts that cannot be kept to. Default: any text. */
  readonly jsonSchema?: JsonSchema;
  /** What may be said, as a GBNF grammar whose first rule is `root`; `jsonSchema` goes before it. Default: any text. */
  readonly grammar?: string;
  /** Absent: the model's own distribution. */
  readonly guidance?: Guidance;
  /** What clients of the service may ask for besides `sampling`; settings do not have it. Default: none. */
  readonly extras?: SamplingExtras;
}

export interface SamplingExtras {
  /** Taken from the logit of each token among the last 64 of the answer. Range -2 to 2; 0 is off. */
  readonly presencePenalty?: number;
  /** Taken from a token's logit as often as it stands among the last 64 of the answer. Range -2 to 2; 0 is off. */
  readonly frequencyPenalty?: number;
  /** Candidates that are kept before the sampler's own cut; 0 keeps all. Range 0 to 1000. */
  readonly topK?: number;
}

/** A JSON schema as it came from a client, unchecked. `{}` allows any JSON. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Raises the logits of tokens that are near the question's code, before the temperature: logits + scale x score, over the
 * `topN` likeliest candidates of a step. Special and end tokens are never raised.
 */
export interface Guidance {
  readonly strategy: GuidanceStrategy;
  /** Most that a logit changes by, since scores lie from -1 to 1; 0 gives the plain sampler's tokens. Range 0 to 20. */
  readonly scale: number;
  /** Candidates of a step, 1 to 4096. */
  readonly topN: number;
  readonly query: GuidanceQuery;
  /** The scale falls where the model is sure: it is multiplied by the entropy of the step over its greatest possible one. */
  readonly adaptive: boolean;
}

/**
 * How near a token is to the query: by the angle between them, by features of convolutions, by an estimate of the query
 * less its doubt, or by one draw of that estimate with the answer's seed.
 */
export type GuidanceStrategy = (typeof guidanceStrategies)[number];

export const guidanceStrategies = ["cosine", "cnn", "bayesian", "thompson"] as const;

/** What the query is made of: the question's tokens, the retrieved code's, or the question's mixed with the last generated ones. */
export type GuidanceQuery = (typeof guidanceQueries)[number];

export const guidanceQueries = ["fixed", "context", "dynamic"] as const;

/** What it took to have a conversation ready in the KV cache. */
export interface ResumeResult {
  /** Tokens of the conversation in the cache: restored, reused and evaluated ones. */
  readonly tokens: number;
  /** Loaded from a saved state, or copied from another conversation's. */
  readonly restoredTokens: number;
  /** Read again. */
  readonly evaluatedTokens: number;
}

export type StopReason = "endOfTurn" | "stopText" | "maxTokens" | "aborted" | "contextFull" | "modelChanged";

export interface GenerateStats {
  /** The whole prompt of the turn with its history. */
  readonly promptTokens: number;
  /** Those of them that were in the KV cache already. */
  readonly reusedTokens: number;
  /** Those of the reused ones that came from a saved state or another conversation's cache. */
  readonly restoredTokens: number;
  /** The rest: what this turn cost. */
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
  readonly timeToFirstTokenMs: number;
  /** Over all tokens but the first; 0 when there were fewer than two. */
  readonly decodeTokensPerSecond: number;
  readonly prefillTokensPerSecond: number;
  /** Absent where prompt lookup was not used. */
  readonly lookup?: LookupStats;
  /** The model's server told no counts: those of prompt and answer are guesses. */
  readonly estimated?: boolean;
}

export interface LookupStats {
  readonly proposedTokens: number;
  readonly acceptedTokens: number;
  /** Decode speed with the lookup over that without it, both measured in this answer; 1 when either is missing. */
  readonly gain: number;
}

/** On what an answer was computed, beside the model: the same values give the same tokens again. */
export interface GenerateOrigin {
  readonly format: PromptFormatName | "server";
  /** Version of node-llama-cpp; of the server's program where the model runs there, empty when that is not told. */
  readonly libraryVersion: string;
  readonly device: string;
  readonly gpuLayers: number;
  /** SHA-256 of the prompt's token ids as little-endian 32-bit numbers, hex; of the messages as JSON where a server makes the prompt. */
  readonly promptHash: string;
}

export interface GenerateResult {
  readonly stats: GenerateStats;
  readonly stopReason: StopReason;
  readonly seed: number;
  readonly model: string;
  readonly modelHash: string;
  readonly sampling: Sampling;
  /** Absent when the answer ended before its prompt was known. */
  readonly origin?: GenerateOrigin;
  /** What steered the answer; absent: nothing did. */
  readonly guidance?: Guidance;
  /** The answer's tokens, end-of-turn token excluded. Empty where the model's server does not tell them. */
  readonly tokens: readonly number[];
}

export type GenerateEvent =
  | { readonly type: "load"; readonly fraction: number }
  /** `done` of the `total` tokens that have to be evaluated; `reused` stand in the KV cache already and are not among them. */
  | { readonly type: "prefill"; readonly done: number; readonly total: number; readonly reused: number; readonly restored: number }
  | { readonly type: "text"; readonly text: string }
  | ({ readonly type: "done" } & GenerateResult);

export interface PromptSize {
  readonly promptTokens: number;
  readonly contextSize: number;
  /** Tokens each turn adds, in the order of `Prompt.turns` (question, context, answer and format tokens). */
  readonly turnTokens: readonly number[];
  /** Those of them that its `context` takes. */
  readonly contextTokens: readonly number[];
  /** The model's server counts no tokens: the numbers are guesses, which get better with each answer. */
  readonly estimated?: boolean;
}

export type EngineState =
  | { readonly kind: "idle"; readonly model: string }
  | { readonly kind: "loading"; readonly model: string; readonly fraction: number }
  | { readonly kind: "ready"; readonly info: ModelInfo }
  | { readonly kind: "missing"; readonly model: string; readonly error: SerializedError }
  | { readonly kind: "failed"; readonly model: string; readonly error: SerializedError }
  | { readonly kind: "restarting"; readonly model: string; readonly reason: string };

export interface DownloadProgress {
  readonly receivedBytes: number;
  readonly totalBytes: number;
  readonly phase: "download" | "verify";
}

/** A model that answers. Implemented by the supervised engine process, and by fakes in tests. */
export interface ChatModel {
  readonly state: EngineState;
  readonly onDidChangeState: Subscribe<EngineState>;
  /** Loads if need be and resolves with the model in use. Throws "model-not-found", "model-invalid", "out-of-memory" ... */
  load(signal?: AbortSignal): Promise<ModelInfo>;
  /** Counts what a prompt would take; turns already rendered are not tokenised again. Loads if need be. */
  measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize>;
  /** Tokens of each text, special tokens off. */
  countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]>;
  /** Answers the last turn. Aborting ends the stream with a "done" whose stopReason is "aborted", prefill included. */
  generate(request: GenerateRequest, signal: AbortSignal): AsyncIterable<GenerateEvent>;
  /**
   * Brings a conversation's KV state back before it is asked for: from a saved state where there is a sound one,
   * evaluated otherwise. A question of any conversation goes first. Loads if need be. Every turn has its answer.
   */
  resume(prompt: Prompt, signal?: AbortSignal): Promise<ResumeResult>;
  /** Frees the KV state of a conversation that was closed; what is saved of it stays. */
  release(conversation: string): Promise<void>;
  /** Frees the KV state of a conversation that is over, and removes what was saved of it. */
  forget(conversation: string): Promise<void>;
}

/** What a text is: some models have a prefix for each. "raw" is embedded as it stands. */
export type EmbeddingKind = "query" | "document" | "raw";

export interface EmbeddingInfo {
  readonly id: string;
  /** Identifies the model's content, and what it is given beside the texts: equal hashes, equal vectors. */
  readonly hash: string;
  readonly dimensions: number;
  /** Vectors may be cut to so many of their first numbers, or more. Absent: the model was not trained for that. */
  readonly leastDimensions?: number;
}

export interface EmbeddingModel {
  /** Undefined when no embedding model is configured. */
  info(signal?: AbortSignal): Promise<EmbeddingInfo | undefined>;
  /** Normalised vectors of `dimensions` each, in the order of `texts`. */
  embed(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly Float32Array[]>;
  /** Tokens of each text as it is embedded: with its prefix, without what is cut off. Absent or undefined where they cannot be counted. */
  countInput?(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly number[] | undefined>;
}

/** The whole engine, as the roots hold it. */
export interface Engine extends ChatModel, EmbeddingModel {
  /** Takes effect at once: same config, nothing happens; otherwise running answers end and the new model loads on demand. */
  configure(config: EngineConfig): Promise<void>;
  /** Aborting pauses: what has come is kept, and the next call goes on from it. */
  download(model: string, signal: AbortSignal): AsyncIterable<DownloadProgress>;
  /** Removes what an unfinished download has left. */
  discardDownload(model: string): Promise<void>;
  models(): Promise<readonly ModelListing[]>;
  /** Whether a model with its context, and the configured embedding model beside it, fit this machine's memory. Loads nothing. */
  fit(request: FitRequest, signal?: AbortSignal): Promise<FitReport>;
  /** What a model file holds. Throws "model-not-found", "model-invalid". Loads nothing. */
  inspect(model: string, signal?: AbortSignal): Promise<ModelReport>;
  /** Ends running answers with "aborted". Resolves when the engine's process has ended. */
  dispose(): Promise<void>;
}

/** A row of `hearth models`. */
export interface ModelListing {
  readonly id: string;
  readonly role: "chat" | "embedding";
  /** Absolute path where it is, or undefined when it has to be downloaded. */
  readonly file?: string;
  readonly sizeBytes?: number;
  readonly source: string;
  readonly contextLength: number;
  readonly description: string;
}
