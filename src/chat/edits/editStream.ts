import { withEndOfLine } from "./endOfLine";
import { extractCode } from "./extractCode";
import { commonIndent, reindent } from "./indentation";
import { readsLikeCode } from "./prose";

/** The part of a file that gives way to what a model writes. */
export interface EditPlace {
  readonly before: string;
  /** Whole lines; empty: the code goes between `before` and `after`. */
  readonly selection: string;
  readonly after: string;
  readonly language: string;
  /** White space that new code begins with where nothing is selected. Default: none. */
  readonly indent?: string;
}

/**
 * The file as far as the answer has come: lines that the model has not reached yet are still there.
 * Undefined while the answer has no code.
 */
export function partialEdit(place: EditPlace, answer: string): string | undefined {
  const code = linesFor(place, answer);
  if (!code) return undefined;
  const old = splitSelection(place.selection);
  return assemble(place, [...code, ...old.slice(code.length)]);
}

/** As `partialEdit`, but undefined until what comes is sure to be code: a sentence is known by its end only. */
export function streamedEdit(place: EditPlace, answer: string): string | undefined {
  return answer.includes("```") || answer.includes("~~~") || readsLikeCode(answer) ? partialEdit(place, answer) : undefined;
}

/** The file with the whole answer in it; undefined where the answer has no code. */
export function finishedEdit(place: EditPlace, answer: string): string | undefined {
  const code = linesFor(place, answer);
  return code && assemble(place, code);
}

function linesFor({ selection, language, indent = "" }: EditPlace, answer: string): readonly string[] | undefined {
  const code = extractCode(answer, language);
  if (code === undefined || code === "") return undefined;
  const old = splitSelection(selection);
  return reindent(code.split("\n"), old.length > 0 ? commonIndent(old) : indent);
}

function splitSelection(selection: string): readonly string[] {
  const plain = withEndOfLine(selection, "\n").replace(/\n$/, "");
  return plain === "" ? [] : plain.split("\n");
}

function assemble({ before, selection, after }: EditPlace, lines: readonly string[]): string {
  const glue = before === "" || /\n$/.test(before) ? "" : "\n";
  const end = after !== "" || selection.endsWith("\n") || selection === "" ? "\n" : "";
  return `${before}${glue}${lines.join("\n")}${end}${after}`;
}
