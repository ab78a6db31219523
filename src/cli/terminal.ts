import type { Readable } from "node:stream";
import { styleText } from "node:util";

export type Style = "bold" | "dim" | "red" | "cyan" | "yellow";

/** The program's two outputs and its input, as a terminal or as pipes. */
export interface Terminal {
  readonly input: Readable;
  /** Stdout itself, for the line editor. */
  readonly output: NodeJS.WritableStream;
  readonly isInputTty: boolean;
  readonly isOutputTty: boolean;
  readonly isErrorTty: boolean;
  /** Characters in a line of stdout, now; 80 where it is no terminal. */
  readonly columns: number;
  /** Lines of stdout's terminal, now; 24 where it is none. */
  readonly rows: number;
  /** Whether stdout is a terminal on which what was written can be written over. */
  readonly canRedraw: boolean;
  /** Colours are wanted, where there is a terminal: not under NO_COLOR. */
  readonly hasColours: boolean;
  /** Writes to stdout. A status line is taken away first. */
  readonly out: (text: string) => void;
  /** Writes to stderr. A status line is taken away first. */
  readonly err: (text: string) => void;
  /** Replaces the status line at the end of stderr, where that is a terminal; undefined takes it away. */
  readonly status: (text: string | undefined) => void;
  /** Styles text for stdout or stderr; plain in pipes and under NO_COLOR. */
  readonly style: (stream: "out" | "err", style: Style, text: string) => string;
}

export type Sink = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };

export interface TerminalParts {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Sink;
  readonly error: Sink;
  readonly env: NodeJS.ProcessEnv;
}

const eraseLine = "\r\u001b[K";

export function createTerminal({ input, output, error, env }: TerminalParts): Terminal {
  const isDumb = env["TERM"] === "dumb";
  const colours = !env["NO_COLOR"] && !isDumb;
  const isErrorTty = error.isTTY === true;
  const status = new StatusLine(error, isErrorTty && !isDumb);
  return {
    input,
    output,
    isInputTty: input.isTTY === true,
    isOutputTty: output.isTTY === true,
    isErrorTty,
    get columns() {
      return output.columns || 80;
    },
    get rows() {
      return output.rows || 24;
    },
    canRedraw: output.isTTY === true && !isDumb,
    hasColours: colours,
    out(text) {
      status.erase();
      output.write(text);
    },
    err(text) {
      status.erase();
      error.write(text);
    },
    status: (text) => status.show(text),
    style(stream, style, text) {
      const isTty = (stream === "out" ? output : error).isTTY === true;
      return colours && isTty ? styleText(style, text, { validateStream: false }) : text;
    },
  };
}

/** The last line of a stream, as long as nothing else is written to it. */
class StatusLine {
  readonly #stream: Sink;
  readonly #isUsed: boolean;
  #isShown = false;

  /** @param isUsed false where a line cannot be taken back: nothing is shown then */
  constructor(stream: Sink, isUsed: boolean) {
    this.#stream = stream;
    this.#isUsed = isUsed;
  }

  erase(): void {
    if (this.#isShown) this.#stream.write(eraseLine);
    this.#isShown = false;
  }

  show(text: string | undefined): void {
    this.erase();
    if (text === undefined || !this.#isUsed) return;
    this.#stream.write(text.slice(0, (this.#stream.columns || 80) - 1));
    this.#isShown = true;
  }
}
