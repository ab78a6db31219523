import {
  type CancellationToken,
  EventEmitter,
  type LanguageModelChatProvider,
  type LanguageModelChatRequestMessage,
  LanguageModelTextPart,
  type LanguageModelResponsePart,
  type Progress,
  type ProvideLanguageModelChatResponseOptions,
} from "vscode";
import type { Disposable } from "../../common/disposable";
import { HearthError, isAbortError } from "../../common/errors";
import { t } from "../../common/l10n";
import { CompletionMemory } from "../../chat/completionMemory";
import { withCompletion } from "../../chat/completionRun";
import { messageTurns } from "../../chat/messageTurns";
import type { ChatSettings } from "../../chat/types";
import type { ChatModel, EngineConfig, ModelListing, ServerConfig } from "../../engine/ports";
import type { RunningRequests } from "../runningRequests";
import { languageModelError } from "./languageModelError";
import { modelOptions } from "./modelOptions";
import { type OfferedModel, offeredModels } from "./modelInformation";
import { messageText, requestMessages } from "./requestMessages";
import { withTokenSignal } from "./tokenSignal";

export interface ProviderDeps {
  readonly model: ChatModel;
  readonly config: () => EngineConfig;
  readonly settings: () => ChatSettings;
  /** The server that answers; undefined: this machine does. */
  readonly server: () => ServerConfig | undefined;
  /** Reads the model folders. Starts no process. */
  readonly listModels: (config: EngineConfig) => Promise<readonly ModelListing[]>;
  /** Asks the person whether another model may take the place of the one that is set, and sets it. */
  readonly switchTo: (model: string) => Promise<boolean>;
  readonly requests: RunningRequests;
  /** Begins the names of this provider's conversations; unique among all windows. */
  readonly prefix: string;
}

/** Tokens that a prompt format puts around a message, about: marks of the role and of the end. */
const messageOverhead = 5;

/**
 * The local models for the editor's own chat and for other extensions. Telling what there is loads no model and starts
 * no process. A history that grows keeps its place in the KV cache, and only what is new is read.
 */
export class ModelProvider implements LanguageModelChatProvider<OfferedModel>, Disposable {
  readonly #deps: ProviderDeps;
  readonly #memory: CompletionMemory;
  readonly #changed = new EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;

  constructor(deps: ProviderDeps) {
    this.#deps = deps;
    // An engine that cannot be told has nothing to forget.
    this.#memory = new CompletionMemory((conversation) => deps.model.forget(conversation).catch(() => undefined), { prefix: deps.prefix });
  }

  /** To be called when another model is set, or loaded. */
  changed(): void {
    this.#changed.fire();
  }

  async provideLanguageModelChatInformation(): Promise<OfferedModel[]> {
    const { model, config, settings, server, listModels } = this.#deps;
    const wanted = config();
    const listings = await listModels(wanted);
    return [...offeredModels({ listings, config: wanted, state: model.state, maxTokens: settings().maxTokens, server: server() })];
  }

  async provideLanguageModelChatResponse(
    model: OfferedModel,
    messages: readonly LanguageModelChatRequestMessage[],
    options: ProvideLanguageModelChatResponseOptions,
    progress: Progress<LanguageModelResponsePart>,
    token: CancellationToken,
  ): Promise<void> {
    try {
      await this.#assertServed(model.id);
      await withTokenSignal(token, (signal) => this.#answer(messages, options, progress, signal));
    } catch (error) {
      // The editor has cancelled the request, and waits for its end only.
      if (!isAbortError(error)) throw languageModelError(error);
    }
  }

  async provideTokenCount(_model: OfferedModel, text: string | LanguageModelChatRequestMessage, token: CancellationToken): Promise<number> {
    try {
      const counts = await withTokenSignal(token, (signal) => this.#deps.model.countTokens([typeof text === "string" ? text : messageText(text)], signal));
      return (counts[0] ?? 0) + (typeof text === "string" ? 0 : messageOverhead);
    } catch (error) {
      throw languageModelError(error);
    }
  }

  /** Frees the KV state of what was asked here. The engine must still be there. */
  async end(): Promise<void> {
    await this.#memory.close();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  async #answer(messages: readonly LanguageModelChatRequestMessage[], options: ProvideLanguageModelChatResponseOptions, progress: Progress<LanguageModelResponsePart>, signal: AbortSignal) {
    const { model, settings, requests } = this.#deps;
    const running = requests.begin();
    try {
      const wish = { history: messageTurns(requestMessages(messages)), ...modelOptions(options.modelOptions) };
      await withCompletion({ model, settings, memory: this.#memory }, wish, signal, ({ generate }) =>
        generate((text) => progress.report(new LanguageModelTextPart(text))),
      );
    } finally {
      running.dispose();
    }
  }

  /** Only one chat model is loaded: another one takes its place in all chats, so the person decides. */
  async #assertServed(id: string): Promise<void> {
    const wanted = (await this.provideLanguageModelChatInformation()).find((offered) => offered.id === id);
    if (!wanted) throw new HearthError("model-not-found", t("The model {0} is not on this machine any more.", id), { remedy: t("Choose another model.") });
    if (wanted.isInUse || wanted.setting === undefined) return;
    if (!(await this.#deps.switchTo(wanted.setting))) {
      throw new HearthError("bad-use", t("The model {0} was not loaded.", id), { remedy: t("Choose the model that is set for Hearth, or set this one.") });
    }
  }
}
