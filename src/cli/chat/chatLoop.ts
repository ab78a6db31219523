import { isAbortError, serializeError } from "../../common/errors";
import { parseSlashCommand, type SlashCommand } from "../../chat/slashCommands";
import { wrapText } from "../screen/wrapText";
import { prepareContext, reportAnswer } from "../answer";
import { reportFailure } from "../command";
import { exitCodes } from "../exitCodes";
import { ChatCommands, type ChatState } from "./chatCommands";
import type { ChatInput } from "./chatInput";
import { chosenModel } from "./modelChoice";

/** Input by input: a command is obeyed, anything else is asked. */
export class ChatLoop {
  readonly #state: ChatState;
  readonly #commands: ChatCommands;
  readonly #input: ChatInput;
  readonly #leave = new AbortController();
  #answering: AbortController | undefined;
  #isPrepared = false;
  #isStoppedByPerson = false;
  #code: number = exitCodes.success;

  constructor(state: ChatState, input: ChatInput) {
    this.#state = state;
    this.#commands = new ChatCommands(state);
    this.#input = input;
  }

  /** Resolves with the exit code: of the last answer that failed, or 130 when Ctrl+C ended the chat. */
  async run(): Promise<number> {
    const interrupts = this.#input.onInterrupt(() => this.#interrupt());
    if (this.#isInteractive) this.#begin();
    try {
      for (let input = await this.#input.next(); input !== undefined; input = await this.#input.next()) {
        if (!(await this.#take(input.trim()))) break;
      }
    } finally {
      interrupts.dispose();
      this.#leave.abort();
    }
    return this.#isStopped ? exitCodes.stopped : this.#code;
  }

  get #isStopped(): boolean {
    return this.#isStoppedByPerson || this.#state.run.stop.aborted;
  }

  get #isInteractive(): boolean {
    const { terminal, options } = this.#state.run;
    return terminal.isInputTty && terminal.isOutputTty && !options.json;
  }

  /** Says what to do, and loads the model while the first question is typed. */
  #begin(): void {
    const { run, config, core } = this.#state;
    const text = `Hearth with ${chosenModel(config)}. /help lists the commands; Ctrl+C stops an answer, Ctrl+D leaves. Alt+Enter, or \\ at the end of a line, begins another line.`;
    if (!run.options.quiet) run.terminal.err(`${run.terminal.style("err", "dim", wrapText(text, run.terminal.columns).join("\n"))}\n\n`);
    core.engine.load(AbortSignal.any([this.#leave.signal, run.stop])).catch((error: unknown) => {
      // A question that waits for the model says it itself.
      if (!isAbortError(error) && !this.#answering) this.#input.above(() => void reportFailure(run.reporter, error));
    });
  }

  /** False when the chat is over. */
  async #take(input: string): Promise<boolean> {
    if (input === "") return true;
    const command = parseSlashCommand(input);
    if (command?.kind === "exit") return false;
    if (!command) this.#space();
    await this.#interruptible((signal) => (command ? this.#obey(command, signal) : this.#ask(input, signal)));
    this.#space();
    return !this.#isStopped;
  }

  /** At a terminal an empty row stands around what is answered. */
  #space(): void {
    if (this.#isInteractive) this.#state.run.terminal.out("\n");
  }

  /** What a command could not do is said; the chat's exit code is that of its answers. */
  async #obey(command: Exclude<SlashCommand, { kind: "exit" }>, signal: AbortSignal): Promise<number> {
    const { reporter } = this.#state.run;
    try {
      return await this.#commands.obey(command, signal);
    } catch (error) {
      if (isAbortError(error)) reporter.report({ type: "notice", text: "Stopped; nothing was changed." });
      else reporter.report({ type: "error", error: serializeError(error) });
      return exitCodes.success;
    }
  }

  async #ask(text: string, signal: AbortSignal): Promise<number> {
    const { run, current, attachments } = this.#state;
    await this.#prepare(signal);
    if (signal.aborted) {
      run.reporter.report({ type: "notice", text: "The question was stopped." });
      return exitCodes.stopped;
    }
    this.#state.attachments = [];
    return reportAnswer(current.session, { text, attachments }, run.reporter, signal);
  }

  /** Before the first question with code; where that was stopped, before the next one. */
  async #prepare(signal: AbortSignal): Promise<void> {
    if (this.#isPrepared || !this.#state.settings.useContext) return;
    await prepareContext(this.#state.core.index, this.#state.run.reporter, signal);
    this.#isPrepared = !signal.aborted;
  }

  /** Ctrl+C stops what goes on here; the exit code of what fails is kept. */
  async #interruptible(act: (signal: AbortSignal) => Promise<number>): Promise<void> {
    this.#answering = new AbortController();
    try {
      const code = await act(AbortSignal.any([this.#answering.signal, this.#state.run.stop]));
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
    this.#isStoppedByPerson = true;
    this.#leave.abort();
    this.#input.close();
  }
}
