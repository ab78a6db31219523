import path from "node:path";
import { HearthError, serializeError } from "../common/errors";
import { describeDefault, withParameter } from "../chat/generationParameters";
import type { ChatSession } from "../chat/session";
import { commandHelp, parameterList, parseSlashCommand, type SlashCommand } from "../chat/slashCommands";
import type { ChatSettings } from "../chat/types";
import { prepareContext, reportAnswer, reportCompaction } from "./answer";
import type { ChatInput } from "./chatInput";
import type { CommandRun } from "./command";
import type { Core } from "./core";
import { exitCodes } from "./exitCodes";

export interface ChatParts {
  readonly index: Core["index"];
  readonly session: ChatSession;
}

/** Line by line: a command is obeyed, anything else is asked. */
export class ChatLoop {
  readonly #run: CommandRun;
  readonly #index: Core["index"];
  readonly #input: ChatInput;
  readonly #settings: { current: ChatSettings };
  readonly #session: ChatSession;
  readonly #leave = new AbortController();
  #answering: AbortController | undefined;
  #isPrepared = false;
  #code: number = exitCodes.success;

  constructor(run: CommandRun, { index, session }: ChatParts, input: ChatInput, settings: { current: ChatSettings }) {
    this.#run = run;
    this.#index = index;
    this.#input = input;
    this.#settings = settings;
    this.#session = session;
  }

  /** Resolves with the exit code: of the last answer that failed, or 130 when Ctrl+C ended the chat. */
  async run(): Promise<number> {
    const interrupts = this.#input.onInterrupt(() => this.#interrupt());
    this.#greet();
    try {
      this.#input.prompt();
      for await (const line of this.#input.lines) {
        if (!(await this.#line(line.trim()))) break;
        this.#input.prompt();
      }
    } finally {
      interrupts.dispose();
    }
    return this.#isLeaving ? exitCodes.stopped : this.#code;
  }

  get #isLeaving(): boolean {
    return this.#leave.signal.aborted || this.#run.stop.aborted;
  }

  #greet(): void {
    const { terminal, options } = this.#run;
    if (!terminal.isInputTty || !terminal.isOutputTty || options.json) return;
    terminal.err(terminal.style("err", "dim", `Hearth with ${path.basename(options.engine.model)}. /help lists the commands; Ctrl+C stops an answer, Ctrl+D leaves.\n`));
  }

  /** False when the chat is over. */
  async #line(line: string): Promise<boolean> {
    if (line === "") return true;
    const command = parseSlashCommand(line);
    if (command) return this.#obey(command);
    await this.#ask(line);
    return !this.#isLeaving;
  }

  async #obey(command: SlashCommand): Promise<boolean> {
    switch (command.kind) {
      case "exit":
        return false;
      case "help":
        this.#say(commandHelp());
        return true;
      case "parameters":
        this.#say(parameterList(this.#settings.current));
        return true;
      case "set":
        this.#settings.current = withParameter(this.#settings.current, command.parameter, command.value);
        this.#say(`${command.parameter.name} is ${command.value ?? describeDefault(command.parameter)} from the next answer on.`);
        return true;
      case "clear":
        await this.#session.clear();
        this.#say("The conversation is empty again.");
        return true;
      case "compact":
        await this.#compact();
        return !this.#isLeaving;
      case "invalid":
        this.#run.reporter.report({ type: "error", error: serializeError(new HearthError("bad-use", command.message)) });
        return true;
    }
  }

  #ask(question: string): Promise<void> {
    return this.#interruptible(async (signal) => {
      await this.#prepare(signal);
      if (!signal.aborted) return reportAnswer(this.#session, question, this.#run.reporter, signal);
      this.#say("The question was stopped.");
      return exitCodes.stopped;
    });
  }

  /** Before the first question; where that was stopped, before the next one. */
  async #prepare(signal: AbortSignal): Promise<void> {
    if (this.#isPrepared) return;
    await prepareContext(this.#index, this.#run.reporter, signal);
    this.#isPrepared = !signal.aborted;
  }

  #compact(): Promise<void> {
    return this.#interruptible((signal) => reportCompaction(this.#session, this.#run.reporter, signal));
  }

  /** Ctrl+C stops what the model does here; the exit code of what fails is kept. */
  async #interruptible(act: (signal: AbortSignal) => Promise<number>): Promise<void> {
    this.#answering = new AbortController();
    try {
      const code = await act(AbortSignal.any([this.#answering.signal, this.#run.stop]));
      if (code !== exitCodes.success && code !== exitCodes.stopped) this.#code = code;
    } finally {
      this.#answering = undefined;
    }
  }

  /** Ctrl+C at a terminal: the answer first; at the prompt, or the second time, the chat. */
  #interrupt(): void {
    if (this.#answering && !this.#answering.signal.aborted) {
      this.#answering.abort();
      return;
    }
    this.#leave.abort();
    this.#input.close();
  }

  #say(text: string): void {
    this.#run.reporter.report({ type: "notice", text });
  }
}
