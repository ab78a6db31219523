import { AsyncQueue } from "../../common/asyncQueue";
import { Emitter, type Subscribe } from "../../common/emitter";
import type { Completer } from "../editor/completion";
import type { InputHistory } from "../editor/inputHistory";
import { type Keyboard, type KeyEvent, openKeyboard } from "../editor/keyboard";
import { type Entered, LineEditor } from "../editor/lineEditor";
import { readLines } from "../lines";
import type { Terminal } from "../terminal";

/** Where a chat's inputs come from. */
export interface ChatInput {
  /** The next one, of one or more lines; undefined when there are no more. */
  next(): Promise<string | undefined>;
  /** Ctrl+C at a terminal, but where it takes back what was typed. In a pipe it ends the program and does not come here. */
  readonly onInterrupt: Subscribe<void>;
  /** Writes something although somebody may be typing. */
  above(write: () => void): void;
  close(): void;
}

export interface ChatInputParts {
  readonly terminal: Terminal;
  readonly history: InputHistory;
  readonly complete: Completer;
  readonly stop: AbortSignal;
}

/** Plain lines from a pipe. */
export function pipedInput(terminal: Terminal, stop: AbortSignal): ChatInput {
  const lines = readLines(terminal.input, stop);
  return {
    async next() {
      const { value } = await lines.next();
      return value ?? undefined;
    },
    onInterrupt: new Emitter<void>().subscribe,
    above: (write) => write(),
    close() {},
  };
}

/** An editor at a terminal. */
export function editedInput(parts: ChatInputParts): ChatInput {
  return new EditedInput(parts);
}

/** Keys that are typed while no input is asked for wait, at most so many. */
const mostWaiting = 10_000;

class EditedInput implements ChatInput {
  readonly #parts: ChatInputParts;
  readonly #editor: LineEditor;
  readonly #keyboard: Keyboard;
  readonly #entered = new AsyncQueue<Entered>();
  readonly #inputs = this.#entered[Symbol.asyncIterator]();
  readonly #interrupts = new Emitter<void>();
  readonly onInterrupt = this.#interrupts.subscribe;
  #waiting: KeyEvent[] = [];
  readonly #resized = () => this.#editor.redraw();
  readonly #stopped = () => this.close();

  constructor(parts: ChatInputParts) {
    this.#parts = parts;
    const { terminal, stop } = parts;
    const screen = { write: terminal.out, get columns() { return terminal.columns; }, get rows() { return terminal.rows; } };
    this.#editor = new LineEditor({ ...parts, screen, prompt: terminal.style("out", "bold", "> "), dim: (text) => terminal.style("out", "dim", text), onCompleted: () => this.#takeWaiting() });
    this.#keyboard = openKeyboard(terminal.input, terminal.out, (event) => this.#take(event));
    terminal.output.on("resize", this.#resized);
    stop.addEventListener("abort", this.#stopped, { once: true });
  }

  async next(): Promise<string | undefined> {
    this.#editor.open();
    this.#takeWaiting();
    const { value } = await this.#inputs.next();
    if (value?.kind === "text") return value.text;
    if (value?.kind === "interrupt") this.#interrupts.fire();
    return undefined;
  }

  above(write: () => void): void {
    this.#editor.above(write);
  }

  close(): void {
    this.#editor.close();
    this.#keyboard.close();
    this.#parts.terminal.output.off("resize", this.#resized);
    this.#parts.stop.removeEventListener("abort", this.#stopped);
    this.#entered.end();
  }

  get #isReady(): boolean {
    return this.#editor.isActive && !this.#editor.isCompleting;
  }

  #takeWaiting(): void {
    while (this.#isReady && this.#waiting.length > 0) for (const event of this.#waiting.splice(0, 1)) this.#edit(event);
  }

  #take(event: KeyEvent): void {
    if (this.#isReady) return this.#edit(event);
    if (isCtrlC(event) && !this.#editor.isActive) {
      this.#waiting = [];
      this.#interrupts.fire();
    } else if (this.#waiting.length < mostWaiting) this.#waiting.push(event);
  }

  #edit(event: KeyEvent): void {
    const entered = this.#editor.take(event);
    if (entered) this.#entered.push(entered);
  }
}

function isCtrlC(event: KeyEvent): boolean {
  return event.kind === "key" && event.ctrl && event.name === "c";
}
