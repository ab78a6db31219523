import { describeError, errorCode, HearthError, isAbortError, serializeError } from "../../common/errors";
import { DisposableStore } from "../../common/disposable";
import { t } from "../../common/l10n";
import type { Log } from "../../common/log";
import { raceSignal } from "../../common/raceSignal";
import type { ChatBackend, ChatModel, EngineState } from "../ports";
import type { RemoteChat } from "./remoteChat";

export interface ChatRouteOptions {
  readonly native: ChatModel;
  readonly backend: ChatBackend;
  /** Names the model while none is loaded. */
  readonly label: string;
  /** Of the server that is named; undefined: none is. It is made when it is first needed, and may throw "bad-setting". */
  readonly createRemote: (() => RemoteChat) | undefined;
  /** Told when `state` has changed. */
  readonly onState: (state: EngineState) => void;
  readonly log: Log;
}

type Side = "native" | "server";

/**
 * Which model answers: this machine's or the server's. `auto` decides at the first need, and again when what it decided
 * for is no longer loaded. While it tries this machine's model, a failure of that is not shown: the server may do.
 */
export class ChatRoute {
  readonly #options: ChatRouteOptions;
  readonly #store = new DisposableStore();
  /** Undefined: not decided, or no longer. */
  #side: Side | undefined;
  #remote: RemoteChat | undefined;
  #deciding: Promise<ChatModel> | undefined;
  /** Shown while nothing is decided. */
  #open: EngineState;
  #closed = false;

  constructor(options: ChatRouteOptions) {
    const { native, backend, label, createRemote } = options;
    this.#options = options;
    if (backend === "openai") this.#side = "server";
    else if (backend === "native" || !createRemote) this.#side = "native";
    this.#open = { kind: "idle", model: label };
    this.#store.add(native.onDidChangeState((state) => this.#nativeChanged(state)));
  }

  get state(): EngineState {
    if (this.#side === "native") return this.#options.native.state;
    return (this.#side === "server" ? this.#remote?.state : undefined) ?? this.#open;
  }

  /** The model to ask. Throws what loading throws where nothing can be decided otherwise; "no-engine" when neither works. */
  pick(signal: AbortSignal | undefined): Promise<ChatModel> {
    if (this.#isFixed) return Promise.resolve().then(() => (this.#side === "native" ? this.#options.native : this.#server()));
    if (this.#side !== undefined && this.state.kind === "ready") return Promise.resolve(this.#side === "native" ? this.#options.native : this.#server());
    this.#deciding ??= this.#decide().finally(() => (this.#deciding = undefined));
    return raceSignal(this.#deciding, signal);
  }

  /** This machine's model may have become loadable. */
  reconsider(): void {
    if (this.#isFixed || this.#deciding) return;
    this.#side = undefined;
    this.#show({ kind: "idle", model: this.#options.label });
  }

  async close(reason: "aborted" | "modelChanged"): Promise<void> {
    this.#closed = true;
    this.#store.dispose();
    await this.#remote?.close(reason);
  }

  get #isFixed(): boolean {
    return this.#options.backend !== "auto" || !this.#options.createRemote;
  }

  #server(): RemoteChat {
    if (this.#remote) return this.#remote;
    const { createRemote } = this.#options;
    if (!createRemote) throw noServer();
    const remote = createRemote();
    this.#remote = remote;
    this.#store.add(remote.onDidChangeState((state) => this.#serverChanged(state)));
    return remote;
  }

  async #decide(): Promise<ChatModel> {
    const { native, log } = this.#options;
    this.#side = undefined;
    try {
      await native.load();
      return this.#decided("native", native);
    } catch (error) {
      if (isAbortError(error) || errorCode(error) === "disposed") throw error;
      log.write("info", `This machine's model is not loaded, so the server is asked. ${describeError(error)}`);
      return await this.#fallBack(error);
    }
  }

  async #fallBack(nativeError: unknown): Promise<ChatModel> {
    try {
      const remote = this.#server();
      await remote.load();
      return this.#decided("server", remote);
    } catch (error) {
      if (isAbortError(error) || errorCode(error) === "disposed") throw error;
      const neither = noEngine(nativeError, error);
      const kind = errorCode(nativeError) === "model-not-found" ? "missing" : "failed";
      this.#show({ kind, model: this.#options.label, error: serializeError(neither) });
      throw neither;
    }
  }

  #decided<T extends ChatModel>(side: Side, model: T): T {
    this.#side = side;
    this.#show(model.state);
    return model;
  }

  #nativeChanged(state: EngineState): void {
    if (this.#side === "native") this.#show(state);
    else if (this.#side === undefined && this.#deciding && state.kind === "loading") this.#show(state);
  }

  #serverChanged(state: EngineState): void {
    if (this.#side === "server") this.#show(state);
    else if (this.#side === undefined && state.kind === "loading") this.#show(state);
  }

  #show(state: EngineState): void {
    if (this.#closed) return;
    this.#open = state;
    this.#options.onState(state);
  }
}

function noServer(): HearthError {
  return new HearthError("bad-setting", t("Models are to run on a server, but none is named."), {
    remedy: t("Give its address, or have the model run on this machine."),
  });
}

/** Says of both what was tried, and what to do about each. */
function noEngine(native: unknown, server: unknown): HearthError {
  const [here, there] = [native, server].map((error) => (error instanceof Error ? error.message : String(error)));
  const [hereRemedy, thereRemedy] = [native, server].map((error) => (error instanceof HearthError ? error.remedy : undefined));
  const remedies = [
    hereRemedy === undefined ? [] : [t("For a model on this machine: {0}", hereRemedy)],
    thereRemedy === undefined ? [] : [t("For the server: {0}", thereRemedy)],
  ].flat();
  return new HearthError("no-engine", t("Neither this machine's model nor the server can answer. This machine: {0} Server: {1}", here ?? "", there ?? ""), {
    ...(remedies.length > 0 && { remedy: remedies.join(" ") }),
    cause: native,
  });
}
