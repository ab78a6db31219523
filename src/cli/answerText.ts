import { MarkdownWriter } from "./markdown/markdownWriter";
import { textStyles } from "./markdown/textStyles";
import type { Terminal } from "./terminal";

/** Where an answer goes as it comes. */
export interface AnswerText {
  push(text: string): void;
  /** Ends it with a line break, where there is none. */
  end(): void;
}

/** Rendered where stdout is a terminal; as it stands in a pipe. */
export function answerText(terminal: Terminal): AnswerText {
  if (!terminal.canRedraw) return plainText(terminal.out);
  const screen = { write: terminal.out, get columns() { return terminal.columns; }, get rows() { return terminal.rows; } };
  return new MarkdownWriter(screen, textStyles(terminal.hasColours));
}

function plainText(write: (text: string) => void): AnswerText {
  let endsWithNewline = true;
  return {
    push(text) {
      write(text);
      endsWithNewline = text.endsWith("\n");
    },
    end() {
      if (!endsWithNewline) write("\n");
    },
  };
}
