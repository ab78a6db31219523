import { describeDefault, withParameter } from "../../chat/generationParameters";
import { loadModel } from "../../chat/loadModel";
import { branchOf } from "../../chat/conversation";
import { commandHelp, parameterList, type SlashCommand } from "../../chat/slashCommands";
import type { Attachment, ChatEvent, ChatSettings } from "../../chat/types";
import { HearthError } from "../../common/errors";
import type { EngineConfig, ModelInfo } from "../../engine/ports";
import { reportCompaction, reportTurn } from "../answer";
import type { CommandRun } from "../command";
import type { Core } from "../core";
import { exitCodes } from "../exitCodes";
import { fileAttachment } from "../fileAttachment";
import { ChatFiles, questionCount } from "./chatFiles";
import { historyText, modelText, statsText } from "./chatFigures";
import type { CurrentSession } from "./currentSession";
import { withModel } from "./modelChoice";

/** What a chat has at hand, and what its commands change. */
export interface ChatState {
  readonly run: CommandRun;
  readonly core: Pick<Core, "engine" | "index">;
  readonly current: CurrentSession;
  /** As they count from the next question on. */
  settings: ChatSettings;
  config: EngineConfig;
  /** They go with the next question. */
  attachments: readonly Attachment[];
}

export type ObeyedCommand = Exclude<SlashCommand, { kind: "exit" }>;

/** Commands that tell something. */
type TellingKind = Extract<SlashCommand["kind"], "help" | "parameters" | "history" | "stats" | `show${string}`>;
/** Commands that change what counts from the next question on. */
type SettingCommand = Extract<SlashCommand, { kind: "set" | "system" | "context" | "removeFiles" }>;

/** Where there is no terminal, lines of a list are no longer. In characters. */
const widest = 200;

/** Does what a command says. */
export class ChatCommands {
  readonly #state: ChatState;
  readonly #files: ChatFiles;

  constructor(state: ChatState) {
    this.#state = state;
    this.#files = new ChatFiles(state.run.surroundings.cwd);
  }

  /** Resolves with the exit code of an answer, and with success for all else. Throws "bad-use" for what cannot be done. */
  async obey(command: ObeyedCommand, signal: AbortSignal): Promise<number> {
    switch (command.kind) {
      case "help":
      case "parameters":
      case "history":
      case "stats":
      case "showSystem":
      case "showModel":
      case "showContext":
      case "showFiles":
        return this.#say(this.#told(command.kind));
      case "set":
      case "system":
      case "context":
      case "removeFiles":
        return this.#note(this.#changed(command));
      case "invalid":
        throw new HearthError("bad-use", command.message);
      case "clear":
        return this.#clear();
      case "file":
        return this.#attach(command.path);
      case "save":
        return this.#note(await this.#files.save(this.#state.current.session.conversation, command.path));
      case "load":
        return this.#load(command.path);
      case "model":
        return this.#useModel(command.name, signal);
      case "regenerate":
        return this.#regenerate(signal);
      case "compact":
        return reportCompaction(this.#state.current.session, this.#state.run.reporter, signal);
    }
  }

  #told(kind: TellingKind): string {
    const { run, settings, core, current } = this.#state;
    const columns = run.terminal.isErrorTty ? run.terminal.columns : undefined;
    switch (kind) {
      case "help":
        return commandHelp(columns);
      case "parameters":
        return parameterList(settings);
      case "history":
        return historyText(current.session.conversation, columns ?? widest);
      case "stats":
        return statsText(current.session.conversation, core.engine.state);
      case "showSystem":
        return settings.systemPrompt ?? "The model's own instructions count.";
      case "showModel":
        return modelText(core.engine.state);
      case "showContext":
        return contextText(settings);
      case "showFiles":
        return this.#attachedText();
    }
  }

  /** Changes a setting, and says what counts now. */
  #changed(command: SettingCommand): string {
    const state = this.#state;
    switch (command.kind) {
      case "set":
        state.settings = withParameter(state.settings, command.parameter, command.value);
        return `${command.parameter.name} is ${command.value ?? describeDefault(command.parameter)} from the next answer on.`;
      case "system":
        state.settings = withSystem(state.settings, command.text);
        return command.text === undefined ? "The model's own instructions count from the next answer on." : "The instructions count from the next answer on.";
      case "context":
        state.settings = { ...state.settings, useContext: command.enabled };
        return contextText(state.settings);
      case "removeFiles":
        state.attachments = [];
        return this.#attachedText();
    }
  }

  async #clear(): Promise<number> {
    await this.#state.current.session.clear();
    return this.#note("The conversation is empty again.");
  }

  async #regenerate(signal: AbortSignal): Promise<number> {
    const { current, run } = this.#state;
    const last = branchOf(current.session.conversation).at(-1);
    if (!last) throw new HearthError("bad-use", "There is no question to answer once more.", { remedy: "Ask one first." });
    return reportTurn(current.session.regenerate(last.id, signal), run.reporter);
  }

  async #attach(name: string): Promise<number> {
    const attachment = await fileAttachment(name, this.#state.run.surroundings.cwd);
    this.#state.attachments = [...this.#state.attachments, attachment];
    return this.#note(this.#attachedText());
  }

  #attachedText(): string {
    const names = this.#state.attachments.map(({ path, startLine, endLine }) => `${path}:${startLine}-${endLine}`);
    return names.length === 0 ? "No file is attached." : `With the next question: ${names.join(", ")}`;
  }

  async #load(name: string): Promise<number> {
    const conversation = await this.#files.load(name);
    await this.#state.current.replace(conversation);
    return this.#note(`Loaded "${conversation.title}", ${questionCount(conversation)}; /history lists them.`);
  }

  /** The old model comes back where the new one cannot be loaded. */
  async #useModel(name: string, signal: AbortSignal): Promise<number> {
    const { core, config, run } = this.#state;
    const wanted = withModel(config, name, run.surroundings.cwd);
    await core.engine.configure(wanted);
    try {
      await this.#loaded(signal);
    } catch (error) {
      await core.engine.configure(config);
      throw error;
    }
    this.#state.config = wanted;
    return this.#note(`Now with ${modelText(core.engine.state)}.`);
  }

  async #loaded(signal: AbortSignal): Promise<ModelInfo> {
    const loading: AsyncGenerator<ChatEvent, ModelInfo, undefined> = loadModel(this.#state.core.engine, signal);
    for (;;) {
      const step = await loading.next();
      if (step.done === true) return step.value;
      this.#state.run.reporter.report(step.value);
    }
  }

  /** What was asked for. */
  #say(text: string): number {
    this.#state.run.reporter.report({ type: "information", text });
    return exitCodes.success;
  }

  /** What has happened. */
  #note(text: string): number {
    this.#state.run.reporter.report({ type: "notice", text });
    return exitCodes.success;
  }
}

function withSystem(settings: ChatSettings, text: string | undefined): ChatSettings {
  const others = Object.entries(settings).filter(([name]) => name !== "systemPrompt");
  return { ...(Object.fromEntries(others) as Omit<ChatSettings, "systemPrompt">), ...(text !== undefined && { systemPrompt: text }) };
}

function contextText({ useContext }: ChatSettings): string {
  return useContext ? "Questions are asked with code of the workspace." : "Questions are asked without code of the workspace.";
}
