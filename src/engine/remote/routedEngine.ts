import { isDeepStrictEqual } from "node:util";
import { Emitter } from "../../common/emitter";
import { HearthError, isAbortError } from "../../common/errors";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import type { FitReport, FitRequest, ModelReport } from "../modelReports";
import type {
  ChatModel,
  DownloadProgress,
  EmbeddingInfo,
  EmbeddingKind,
  EmbeddingModel,
  Engine,
  EngineConfig,
  EngineState,
  GenerateEvent,
  GenerateRequest,
  ModelInfo,
  ModelListing,
  Prompt,
  PromptSize,
  ResumeResult,
} from "../ports";
import { ChatRoute } from "./chatRoute";
import { createRemoteChat } from "./remoteChat";
import { createRemoteEmbedding, type RemoteEmbedding } from "./remoteEmbedding";
import type { ServerKeys } from "./serverKeys";
import { stoppedAnswer } from "./stoppedAnswer";

export interface RoutedEngineOptions {
  readonly config: EngineConfig;
  /** Makes the engine of this machine. Its configuration comes without `servers`. */
  readonly createNative: (config: EngineConfig) => Engine;
  readonly keys: ServerKeys;
  readonly log: Log;
}

/**
 * The engine of this machine, with the models that `config.servers` names on servers instead: chat, embeddings or both.
 * What concerns files of models (downloads, the list, fit) is always this machine's.
 */
export function createRoutedEngine(options: RoutedEngineOptions): Engine {
  return new RoutedEngine(options);
}

class RoutedEngine implements Engine {
  readonly #options: RoutedEngineOptions;
  readonly #native: Engine;
  readonly #changed = new Emitter<EngineState>();
  #config: EngineConfig;
  #route: ChatRoute;
  #embedding: RemoteEmbedding | undefined;
  #disposed = false;

  constructor(options: RoutedEngineOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#native = options.createNative(withoutServers(options.config));
    this.#route = this.#newRoute();
  }

  readonly onDidChangeState = this.#changed.subscribe;

  get state(): EngineState {
    return this.#route.state;
  }

  async load(signal?: AbortSignal): Promise<ModelInfo> {
    return (await this.#route.pick(signal)).load(signal);
  }

  async measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    return (await this.#route.pick(signal)).measure(prompt, signal);
  }

  async countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]> {
    return (await this.#route.pick(signal)).countTokens(texts, signal);
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    let model: ChatModel;
    try {
      model = await this.#route.pick(signal);
    } catch (error) {
      if (!isAbortError(error)) throw error;
      return yield stoppedAnswer(request, signal.aborted || this.#disposed ? "aborted" : "modelChanged");
    }
    yield* model.generate(request, signal);
  }

  async resume(prompt: Prompt, signal?: AbortSignal): Promise<ResumeResult> {
    return (await this.#route.pick(signal)).resume(prompt, signal);
  }

  /** A conversation may have been held here before it went on at a server, so this machine's engine lets go of it in any case. */
  release(conversation: string): Promise<void> {
    return this.#native.release(conversation);
  }

  forget(conversation: string): Promise<void> {
    return this.#native.forget(conversation);
  }

  async info(signal?: AbortSignal): Promise<EmbeddingInfo | undefined> {
    return this.#embeddings().info(signal);
  }

  async embed(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly Float32Array[]> {
    return this.#embeddings().embed(texts, kind, signal);
  }

  async countInput(texts: readonly string[], kind: EmbeddingKind, signal?: AbortSignal): Promise<readonly number[] | undefined> {
    return this.#embeddings().countInput?.(texts, kind, signal);
  }

  async configure(config: EngineConfig): Promise<void> {
    const before = this.#config;
    this.#config = config;
    const routeStays = isDeepStrictEqual(routePart(before), routePart(config));
    const embeddingStays = isDeepStrictEqual(before.servers?.embedding, config.servers?.embedding);
    const old = { ...(!routeStays && { route: this.#route }), ...(!embeddingStays && { embedding: this.#embedding }) };
    if (!embeddingStays) this.#embedding = undefined;
    if (!routeStays) this.#route = this.#newRoute();
    await Promise.all([this.#native.configure(withoutServers(config)), old.route?.close("modelChanged"), old.embedding?.dispose()]);
    if (!routeStays) this.#fire(this.state);
  }

  async *download(model: string, signal: AbortSignal): AsyncGenerator<DownloadProgress, void, undefined> {
    yield* this.#native.download(model, signal);
    this.#route.reconsider();
  }

  discardDownload(model: string): Promise<void> {
    return this.#native.discardDownload(model);
  }

  models(): Promise<readonly ModelListing[]> {
    return this.#native.models();
  }

  fit(request: FitRequest, signal?: AbortSignal): Promise<FitReport> {
    return this.#native.fit(request, signal);
  }

  inspect(model: string, signal?: AbortSignal): Promise<ModelReport> {
    return this.#native.inspect(model, signal);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    await Promise.all([this.#route.close("aborted"), this.#embedding?.dispose()]);
    this.#changed.dispose();
    await this.#native.dispose();
  }

  #newRoute(): ChatRoute {
    const { keys, log } = this.#options;
    const { servers } = this.#config;
    const chat = servers?.chat;
    const isNamed = chat !== undefined && chat.url !== "";
    return new ChatRoute({
      ...{ native: this.#native, backend: servers?.backend ?? "native", label: labelOf(this.#config), log },
      createRemote: isNamed ? () => createRemoteChat({ config: chat, keys, log }) : undefined,
      onState: (state) => this.#fire(state),
    });
  }

  #embeddings(): EmbeddingModel {
    const config = this.#config.servers?.embedding;
    if (!config || config.url === "") return this.#native;
    if (this.#disposed) throw new HearthError("disposed", t("The engine was closed."));
    return (this.#embedding ??= createRemoteEmbedding({ config, keys: this.#options.keys, log: this.#options.log }));
  }

  #fire(state: EngineState): void {
    if (!this.#disposed) this.#changed.fire(state);
  }
}

function withoutServers(config: EngineConfig): EngineConfig {
  const { servers, ...native } = config;
  if (servers === undefined) return config;
  return servers.backend === "auto" && servers.chat.url !== "" ? { ...native, standIn: false } : native;
}

/** What the model is called before it is known. */
function labelOf({ model, servers }: EngineConfig): string {
  if (servers?.backend !== "openai") return model;
  const { url, model: wanted } = servers.chat;
  return wanted !== "" || !URL.canParse(url) ? wanted : new URL(url).host;
}

/** What decides where answers come from; another local model may load where the one before did not. */
function routePart({ model, servers }: EngineConfig) {
  const isAuto = servers?.backend === "auto" && servers.chat.url !== "";
  return { backend: servers?.backend ?? "native", chat: servers?.chat, ...(isAuto && { model }) };
}
