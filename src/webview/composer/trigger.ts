import { type ViewMentionKind, viewMentionKinds } from "../protocol";

/** What is being typed before the caret that a list can complete; `start` and `end` bound it in the text. */
export type Trigger =
  /** `/name` at the start of the text. */
  | { readonly kind: "command"; readonly start: number; readonly end: number; readonly query: string }
  /** `@query` or `#query`; `of` where it goes on as `@symbol:query`. */
  | { readonly kind: "mention"; readonly start: number; readonly end: number; readonly query: string; readonly of?: ViewMentionKind };

const command = /^(\s*)\/([\w.:-]*)$/;
/** The sign begins a word: the one in an e-mail address or in `a#b` does not. */
const mention = /(?:^|[\s([{"'])([@#][^\s@#`]{0,200})$/;

export function findTrigger(text: string, caret: number): Trigger | undefined {
  const before = text.slice(0, caret);
  const [, indent, name] = command.exec(before) ?? [];
  if (indent !== undefined && name !== undefined) return { kind: "command", start: indent.length, end: caret, query: name };
  return findMention(before);
}

function findMention(before: string): Trigger | undefined {
  const word = mention.exec(before)?.[1];
  // "#12" is an issue's number.
  if (word === undefined || /^#\d+$/.test(word)) return undefined;
  const end = before.length;
  const start = end - word.length;
  return isInCode(before.slice(0, start)) ? undefined : { kind: "mention", start, end, ...splitKind(word.slice(1)) };
}

function splitKind(word: string): { query: string; of?: ViewMentionKind } {
  const colon = word.indexOf(":");
  const of = viewMentionKinds.find((kind) => kind === word.slice(0, Math.max(0, colon)));
  return of ? { query: word.slice(colon + 1), of } : { query: word };
}

/** Whether the text ends inside a fence or inside backticks. */
function isInCode(before: string): boolean {
  const lines = before.split("\n");
  const fences = lines.filter((line) => line.startsWith("```")).length;
  const ticks = lines.at(-1)?.split("`").length ?? 1;
  return fences % 2 === 1 || ticks % 2 === 0;
}
