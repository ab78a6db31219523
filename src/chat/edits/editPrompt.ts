/** What a person wants changed, and where. */
export interface EditRequest {
  readonly path: string;
  /** Id such as "typescript". */
  readonly language: string;
  readonly instruction: string;
  /** The lines that are to be replaced; empty: new code is wanted in this place. */
  readonly selection: string;
  /** Text of the file before and behind them. */
  readonly before: string;
  readonly after: string;
}

export const editSystem =
  "You are the editing function of a code editor. You get a part of a file and an instruction, and you answer with the code that takes its place: complete, in one fenced code block, with the indentation of the original. " +
  "Change only what the instruction asks for. Never leave out lines by a comment such as \"existing code\". Write nothing before or after the code block.";

/** Lines of the file that the model sees around the selection, on each side. */
const linesAround = 60;

/**
 * The question to the model.
 *
 * @param around lines of the file on each side, at most; 0 sends the selection alone
 */
export function editPrompt(request: EditRequest, around = linesAround): string {
  const { path, language, instruction, selection, before, after } = request;
  const isNew = selection.trim() === "";
  const parts = [
    `File: ${path}`,
    shown("Before it stands, for you to read and not to repeat:", language, lastLines(before, around)),
    shown("Behind it stands, for you to read and not to repeat:", language, firstLines(after, around)),
    isNew ? "Write the code for this place." : shown("The code to change:", language, selection),
    `Instruction: ${instruction.trim()}`,
    isNew ? "Answer with the new code only." : "Answer with the changed code only, all of it.",
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** How many lines around the selection are tried, the most first, when the context is short. */
export const contextSteps: readonly number[] = [linesAround, 20, 5, 0];

function shown(title: string, language: string, text: string): string {
  if (text.trim() === "") return "";
  const fence = "`".repeat(Math.max(3, longestFence(text) + 1));
  return `${title}\n${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}

function longestFence(text: string): number {
  return Math.max(0, ...Array.from(text.matchAll(/`{3,}/g), ([marks]) => marks.length));
}

function lastLines(text: string, count: number): string {
  return count === 0 ? "" : text.replace(/\n$/, "").split("\n").slice(-count).join("\n");
}

function firstLines(text: string, count: number): string {
  return count === 0 ? "" : text.split("\n").slice(0, count).join("\n");
}
