import { abortError, describeError, HearthError, isAbortError, serializeError } from "../../common/errors";
import { Emitter } from "../../common/emitter";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import { raceSignal } from "../../common/raceSignal";
import type { ChatModel, EngineState, GenerateEvent, GenerateRequest, ModelInfo, Prompt, PromptSize, ResumeResult, ServerConfig, StopReason } from "../ports";
import { RemoteAnswer } from "./remoteAnswer";
import { withRetries } from "./retries";
import { ServerClient } from "./serverClient";
import { serverAddress } from "./serverAddress";
import { serverInfo } from "./serverInfo";
import type { ServerKeys } from "./serverKeys";
import { askServerModel, Questions, type ServerKind, type ServerModel } from "./serverModel";
import { serverTokenizer } from "./serverTokenizer";
import { measurePrompt } from "./promptMeasure";
import { TokenCounter } from "./tokenCounter";

export interface RemoteOptions {
  readonly config: ServerConfig;
  readonly keys: ServerKeys;
  readonly log: Log;
  /** Milliseconds before each further try of a request that failed. Default: 300, 1000 and 2500. */
  readonly retryDelays?: readonly number[];
}

export interface RemoteChat extends ChatModel {
  /** Ends running answers with this stop reason. */
  close(reason: Extract<StopReason, "aborted" | "modelChanged">): Promise<void>;
}

/** A server that was asked what it runs. */
export interface ConnectedServer {
  readonly model: ServerModel;
  readonly info: ModelInfo;
  readonly counter: TokenCounter;
  /** Fields of requests that it does not take; it is found out by its refusals. */
  readonly refused: Set<string>;
}

/** A model on a server with OpenAI's API. Nothing is sent before it is needed. Throws "bad-setting" for an address that is none. */
export function createRemoteChat(options: RemoteOptions): RemoteChat {
  return new ServerChat(options);
}

/** Servers that load a model with the first question to it, and tell only then what context it has. */
const loadsOnDemand: ReadonlySet<ServerKind> = new Set<ServerKind>(["ollama", "lm-studio"]);

/** Failures after which the server is asked anew what it runs. */
const disconnecting: ReadonlySet<string> = new Set(["server-unreachable", "server-refused", "server-model-missing", "server-failed"]);

class ServerChat implements RemoteChat {
  readonly #options: RemoteOptions;
  readonly #client: ServerClient;
  readonly #changed = new Emitter<EngineState>();
  readonly #closing = new AbortController();
  readonly #label: string;
  #closedWith: Extract<StopReason, "aborted" | "modelChanged"> = "aborted";
  #state: EngineState;
  #connected: ConnectedServer | undefined;
  #connecting: Promise<ConnectedServer> | undefined;
  /** Runs once, after the first answer. Never rejects. */
  #secondLook: Promise<void> | undefined;

  constructor(options: RemoteOptions) {
    const { config, keys } = options;
    this.#options = options;
    this.#client = new ServerClient({ address: serverAddress(config.url), role: "chat", keys, silenceSeconds: config.silenceSeconds });
    this.#label = config.model === "" ? this.#client.address.host : config.model;
    this.#state = { kind: "idle", model: this.#label };
  }

  readonly onDidChangeState = this.#changed.subscribe;

  get state(): EngineState {
    return this.#state;
  }

  async load(signal?: AbortSignal): Promise<ModelInfo> {
    return (await this.#connect(signal)).info;
  }

  async measure(prompt: Prompt, signal?: AbortSignal): Promise<PromptSize> {
    const { info, counter } = await this.#connect(signal);
    return measurePrompt(prompt, info.contextSize, counter, this.#bounded(signal));
  }

  async countTokens(texts: readonly string[], signal?: AbortSignal): Promise<readonly number[]> {
    return (await this.#connect(signal)).counter.counts(texts, this.#bounded(signal));
  }

  async *generate(request: GenerateRequest, signal: AbortSignal): AsyncGenerator<GenerateEvent, void, undefined> {
    const answer = new RemoteAnswer({ request, client: this.#client, signal: this.#bounded(signal), log: this.#options.log, retryDelays: this.#options.retryDelays });
    try {
      const server = await this.#connect(signal);
      yield* answer.run(server);
      if (loadsOnDemand.has(server.model.kind)) this.#secondLook ??= this.#lookAgain(server);
    } catch (error) {
      if (!isAbortError(error)) throw this.#failed(error);
      yield answer.stopped(this.#closing.signal.aborted ? this.#closedWith : "aborted", this.#connected?.info);
    }
  }

  /** The server keeps what it likes of a conversation; nothing can be brought back from here. */
  resume(): Promise<ResumeResult> {
    return Promise.resolve({ tokens: 0, restoredTokens: 0, evaluatedTokens: 0 });
  }

  /** Nothing of a conversation is held here. */
  release(): Promise<void> {
    return Promise.resolve();
  }

  forget(): Promise<void> {
    return Promise.resolve();
  }

  async close(reason: Extract<StopReason, "aborted" | "modelChanged">): Promise<void> {
    this.#closedWith = reason;
    this.#closing.abort();
    this.#changed.dispose();
    await this.#client.close();
    await this.#secondLook;
  }

  #bounded(signal: AbortSignal | undefined): AbortSignal {
    return signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal;
  }

  /** One question to the server for all that wait; one of them that leaves does not end it. */
  #connect(signal: AbortSignal | undefined): Promise<ConnectedServer> {
    if (this.#closing.signal.aborted) return Promise.reject(this.#closedWith === "aborted" ? new HearthError("disposed", t("The engine was closed.")) : abortError());
    if (this.#connected) return Promise.resolve(this.#connected);
    this.#connecting ??= this.#ask().finally(() => (this.#connecting = undefined));
    return raceSignal(this.#connecting, this.#bounded(signal));
  }

  async #ask(): Promise<ConnectedServer> {
    const { config, log, retryDelays } = this.#options;
    const startedAt = performance.now();
    const signal = this.#closing.signal;
    if (this.#state.kind !== "failed") this.#setState({ kind: "loading", model: this.#label, fraction: 0 });
    try {
      const model = await withRetries(() => askServerModel(this.#client, config, log, signal), signal, { log, ...(retryDelays && { delays: retryDelays }) });
      const counting = await serverTokenizer(this.#client, new Questions(this.#client, log, signal), model.kind, model.name);
      const info = serverInfo(this.#client.address, model, performance.now() - startedAt);
      log.write("info", `${info.id} on ${this.#client.address.host} (${model.kind}): ${info.contextSize} tokens of context, ${counting ? "counted by the server" : "counts are guesses"}`);
      this.#connected = { model, info, counter: new TokenCounter(counting), refused: new Set() };
      this.#setState({ kind: "ready", info });
      return this.#connected;
    } catch (error) {
      throw this.#failed(error);
    }
  }

  async #lookAgain(server: ConnectedServer): Promise<void> {
    const { config, log } = this.#options;
    try {
      const { contextSize, trainedContextSize } = await askServerModel(this.#client, config, log, this.#closing.signal);
      if (this.#connected !== server || contextSize === server.info.contextSize) return;
      log.write("info", `${server.info.id} has ${contextSize} tokens of context, now that it is loaded.`);
      this.#connected = { ...server, info: { ...server.info, contextSize, trainedContextSize } };
      this.#setState({ kind: "ready", info: this.#connected.info });
    } catch (error) {
      log.write("debug", `The server was not asked again what it runs: ${describeError(error)}`);
    }
  }

  /** What the server runs now is asked anew at the next question. */
  #failed(error: unknown): unknown {
    if (isAbortError(error) || !(error instanceof HearthError)) return error;
    if (disconnecting.has(error.code) || !this.#connected) {
      this.#connected = undefined;
      this.#setState({ kind: "failed", model: this.#label, error: serializeError(error) });
    }
    this.#options.log.write("debug", `The server failed: ${describeError(error)}`);
    return error;
  }

  #setState(state: EngineState): void {
    if (this.#closing.signal.aborted) return;
    this.#state = state;
    this.#changed.fire(state);
  }
}
