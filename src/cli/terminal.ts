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
  /** Characters in a line of stdout; 80 where it is no terminal. */
  readonly columns: number;
  /** Writes to stdout. A status line is taken away first. */
  readonly out: (text: string) => void;
  /** Writes to stderr. A status line is taken away first. */
  readonly err: (text: string) => void;
  /** Replaces the status line at the end of stderr, where that is a terminal; undefined takes it away. */
  readonly status: (text: string | undefined) => void;
  /** Styles text for stdout or stderr; plain in pipes and under NO_COLOR. */
  readonly style: (stream: "out" | "err", style: Style, text: string) => string;
}

export type Sink = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface TerminalParts {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Sink;
  readonly error: Sink;
  readonly env: NodeJS.ProcessEnv;
}

const eraseLine = "\r\u001b[K";

export function createTerminal({ input, output, error, env }: TerminalParts): Terminal {
  const colours = !env["NO_COLOR"] && env["TERM"] !== "dumb";
  const isErrorTty = error.isTTY === true;
  let statusShown = false;
  const eraseStatus = () => {
    if (statusShown) error.write(eraseLine);
    statusShown = false;
  };
  return {
    input,
    output,
    isInputTty: input.isTTY === true,
    isOutputTty: output.isTTY === true,
    isErrorTty,
    columns: output.columns || 80,
    out(text) {
      eraseStatus();
      output.write(text);
    },
    err(text) {
      eraseStatus();
      error.write(text);
    },
    status(text) {
      eraseStatus();
      if (text === undefined || !isErrorTty) return;
      error.write(text.slice(0, (error.columns || 80) - 1));
      statusShown = true;
    },
    style(stream, style, text) {
      const isTty = (stream === "out" ? output : error).isTTY === true;
      return colours && isTty ? styleText(style, text, { validateStream: false }) : text;
    },
  };
}
