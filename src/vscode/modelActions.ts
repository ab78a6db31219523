import { describeError } from "../common/errors";
import type { Log } from "../common/log";
import type { EngineConfig } from "../engine/ports";
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
    if (this.#wanted && loadsAfterChange(engine.state, before, after)) this.#load();
  }

  select(): Promise<void> {
    const { engine, config, log } = this.#deps;
    const { model, modelDirectories } = config();
    return selectModel({ engine, folders: modelDirectories, current: model, log });
  }

  /** Asks which of the installed models answers from now on. Resolves to whether one was chosen; it is taken over by then. */
  async selectInstalled(): Promise<boolean> {
    const { engine, config } = this.#deps;
    const { model, modelDirectories } = config();
    const chosen = await pickInstalledModel(engine, modelDirectories, model);
    if (chosen === undefined) return false;
    await setModel(chosen);
    await this.configure();
    return true;
  }

  /** The embedding model as it is set; empty: none. */
  get embeddingModel(): string {
    return this.#deps.config().embeddingModel;
  }

  selectEmbedding(indexing: Indexing): Promise<void> {
    const { engine, status } = this.#deps;
    return selectEmbeddingModel({ engine, status, indexing, current: this.embeddingModel });
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
    const { engine, log } = this.#deps;
    engine.load().catch((error: unknown) => log.write("info", `The model is not loaded: ${describeError(error)}`));
  }
}
