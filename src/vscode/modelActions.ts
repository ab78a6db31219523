import { isDeepStrictEqual } from "node:util";
import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { EngineConfig } from "../engine/ports";
import type { OfferedServer } from "./servers/serverItems";
import { serverLabel } from "./servers/serverName";
import { type ServersInUse, serversInUse } from "./servers/serversInUse";
import { pickInstalledModel } from "./conversations/pickInstalledModel";
import { downloadModel } from "./downloadModel";
import { loadsAfterChange } from "./loadsAfterChange";
import { halveContext, setMemorySetting } from "./memorySettings";
import type { Indexing } from "./indexing";
import { pickModelFile, setModel } from "./modelSetting";
import type { ModelStatus } from "./modelStatus";
import type { RestartableEngine } from "./restartableEngine";
import { selectEmbeddingModel } from "./selectEmbeddingModel";
import { selectModel } from "./selectModel";
import { modelLabel } from "./viewModel";

export interface ModelDeps {
  readonly engine: RestartableEngine;
  readonly status: ModelStatus;
  /** What the settings ask for now. */
  readonly config: () => EngineConfig;
  readonly log: Log;
}

/** What a person can do about the model. Nothing here starts the engine before it is needed. */
export class ModelActions {
  readonly #deps: ModelDeps;
  /** What the engine was given last. */
  #config: EngineConfig;
  #wanted = false;

  constructor(deps: ModelDeps) {
    this.#deps = deps;
    this.#config = deps.config();
  }

  get status(): ModelStatus {
    return this.#deps.status;
  }

  /** A chat is on screen: from now on the model that is set is kept loaded. */
  want(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#load();
  }

  /** Takes the settings over; a changed model loads at once where a chat was opened before. One that was unloaded waits for a question. */
  async configure(): Promise<void> {
    const { engine, config } = this.#deps;
    const [before, after] = [this.#config, config()];
    this.#config = after;
    await engine.configure(after);
    if (!isDeepStrictEqual(before.servers, after.servers)) this.status.serversChanged();
    if (this.#wanted && loadsAfterChange(engine.state, before, after)) this.#load();
  }

  select(): Promise<void> {
    const { engine, config, log } = this.#deps;
    const { model, modelDirectories } = config();
    return selectModel({ engine, folders: modelDirectories, current: this.servers.chat ? "" : model, server: this.offeredServer, log });
  }

  /** Asks which of the installed models answers from now on. Resolves to whether one was chosen; it is taken over by then. */
  async selectInstalled(): Promise<boolean> {
    const { engine, config } = this.#deps;
    const { model, modelDirectories } = config();
    const chosen = await pickInstalledModel(engine, modelDirectories, this.servers.chat ? "" : model);
    if (chosen === undefined) return false;
    await setModel(chosen);
    await this.configure();
    return true;
  }

  /** The servers that are asked now. */
  get servers(): ServersInUse {
    const { config, engine } = this.#deps;
    const { servers } = config();
    return servers ? serversInUse(servers, engine.state) : {};
  }

  /** The chat server that is set, whether it is asked or not; undefined: none is. */
  get offeredServer(): OfferedServer | undefined {
    const chat = this.#deps.config().servers?.chat;
    return chat === undefined || chat.url === "" ? undefined : { config: chat, inUse: this.servers.chat !== undefined };
  }

  /** What answers, for people to read: a model of this machine, or "qwen on gpu-box". */
  get chatName(): string {
    const { chat } = this.servers;
    return chat ? serverLabel(chat) : modelLabel(this.#deps.config().model);
  }

  /** What makes the vectors, for people to read: a model of this machine, or "nomic on gpu-box"; empty: nothing does. */
  get embeddingName(): string {
    const { embedding } = this.servers;
    return embedding ? serverLabel(embedding) : this.#deps.config().embeddingModel;
  }

  selectEmbedding(indexing: Indexing): Promise<void> {
    const { engine, status, config } = this.#deps;
    const { embedding } = this.servers;
    return selectEmbeddingModel({ engine, status, indexing, current: config().embeddingModel, server: embedding });
  }

  /** Loads again what failed. Only where a chat was opened before; a failure is part of the engine's state. */
  async loadAgain(): Promise<void> {
    const { engine } = this.#deps;
    if (!this.#wanted || engine.state.kind === "ready") return;
    await engine.load().catch((error: unknown) => this.#notLoaded(error));
  }

  /** Loads the model again without the GPU. */
  async useProcessor(): Promise<void> {
    await setMemorySetting("gpuLayers", 0);
    await this.configure();
  }

  /** Loads the model again with half the context. */
  async useSmallerContext(): Promise<void> {
    await halveContext(this.#deps.config().contextSize);
    await this.configure();
  }

  async pickFile(): Promise<void> {
    await pickModelFile();
  }

  download(): Promise<void> {
    return downloadModel(this.status, this.#deps.config().model);
  }

  async restart(): Promise<void> {
    await this.#deps.engine.restart();
    this.#load();
  }

  /** A failure is part of the engine's state, which the views show. */
  #load(): void {
    this.#deps.engine.load().catch((error: unknown) => this.#notLoaded(error));
  }

  #notLoaded(error: unknown): void {
    this.#deps.log.write("info", `The model is not loaded: ${describeError(error)}`);
  }
}
