import { createInterface } from "node:readline";
import { AsyncQueue } from "../common/asyncQueue";
import { Emitter, type Subscribe } from "../common/emitter";
import { readLines } from "./lines";
import type { Terminal } from "./terminal";

/** Where a chat's lines come from. */
export interface ChatInput {
  readonly lines: AsyncIterable<string>;
  /** Asks for the next line, where somebody sits at a terminal. */
  prompt(): void;
  /** Ctrl+C at a terminal. In a pipe it ends the program and does not come here. */
  readonly onInterrupt: Subscribe<void>;
  close(): void;
}

/** A line editor at a terminal, plain lines from a pipe or under --json. */
export function openChatInput(terminal: Terminal, options: { readonly json: boolean; readonly stop: AbortSignal }): ChatInput {
  const isInteractive = terminal.isInputTty && terminal.isOutputTty && !options.json;
  return isInteractive ? editedInput(terminal, options.stop) : pipedInput(terminal, options.stop);
}

function pipedInput({ input }: Terminal, stop: AbortSignal): ChatInput {
  return { lines: readLines(input, stop), prompt() {}, onInterrupt: new Emitter<void>().subscribe, close() {} };
}

function editedInput(terminal: Terminal, stop: AbortSignal): ChatInput {
  const { input, output } = terminal;
  const editor = createInterface({ input, output, terminal: true, prompt: terminal.style("out", "bold", "> "), historySize: 1000 });
  const lines = new AsyncQueue<string>();
  const interrupts = new Emitter<void>();
  editor.on("line", (line) => lines.push(line));
  editor.on("close", () => lines.end());
  editor.on("SIGINT", () => interrupts.fire());
  const close = () => editor.close();
  stop.addEventListener("abort", close, { once: true });
  return {
    lines,
    prompt: () => editor.prompt(),
    onInterrupt: interrupts.subscribe,
    close() {
      stop.removeEventListener("abort", close);
      close();
    },
  };
}
