import type { PromptFormatName } from "../ports";
import type { Vocabulary } from "../runtime";

/** A piece of a prompt. */
export interface Segment {
  /** `special` is the format's own text, in which special tokens count; `text` is content, in which nothing does. */
  readonly kind: "special" | "text";
  readonly text: string;
  /** Goes on right after other text, so that no word boundary is put before it. */
  readonly joined?: boolean;
}

/**
 * Where a question stands: right after the system prompt, at the front of a prompt without one, or after an answer.
 * `afterCut`: right after the system prompt, since the turns between have left; its content is written as it was
 * behind them, so that its tokens stay the same.
 */
export type QuestionPlace = "afterSystem" | "afterCut" | "first" | "later";

/**
 * How a model wants its conversation written. A prompt is opening, then turn start, code, question, answer, closing for
 * each turn, and the last one up to its question: every prompt begins with all tokens of the prompt before it. Code
 * stands apart, so that a turn that has lost its code is written as one that never had any.
 */
export interface PromptFormat {
  readonly name: PromptFormatName;
  /** What stands before the first turn; `system` may be empty. */
  opening(system: string): readonly Segment[];
  /** What opens a turn. */
  turnStart(place: QuestionPlace): readonly Segment[];
  /** Code between the start of a turn and its question; not empty. */
  code(context: string, place: QuestionPlace): readonly Segment[];
  /** The question up to where the answer begins. */
  question(user: string, place: QuestionPlace): readonly Segment[];
  /** An answer of which only the text is known; generated tokens are taken as they are. */
  answer(text: string): readonly Segment[];
  /** What ends an answer. */
  closing(): readonly Segment[];
  /** Single tokens that end an answer besides the model's own end-of-generation tokens. */
  readonly stopTokens: readonly string[];
  /** Plain text that ends an answer. */
  readonly stopTexts: readonly string[];
}

export const special = (content: string): Segment => ({ kind: "special", text: content });
export const text = (content: string): Segment => ({ kind: "text", text: content });
/** The segment as one that goes on after other text. */
export const joined = (segment: Segment): Segment => ({ ...segment, joined: true });

/** Code as it stands in front of a question: an empty line ends it. */
export function contextBlock(context: string): string {
  return `${context.trimEnd()}\n\n`;
}

/** Tokenises segments one by one. Content never yields a special token, whatever it spells. */
export function tokenizeSegments(vocabulary: Vocabulary, segments: readonly Segment[]): number[] {
  return segments.flatMap((segment) => tokenizeSegment(vocabulary, segment));
}

/**
 * A SentencePiece vocabulary puts a space before every text. A line break never joins with what follows it, so a text
 * that goes on after another is tokenised behind one, which is then taken off.
 */
function tokenizeSegment(vocabulary: Vocabulary, segment: Segment): number[] {
  const tokenize = (content: string) => (segment.kind === "special" ? vocabulary.tokenizeSpecial(content) : vocabulary.tokenize(content));
  if (!segment.joined || vocabulary.kind !== "spm" || segment.text === "") return tokenize(segment.text);
  const front = tokenize("\n");
  const tokens = tokenize(`\n${segment.text}`);
  return front.every((token, index) => tokens[index] === token) ? tokens.slice(front.length) : tokenize(segment.text);
}

/** The id of `piece` where the vocabulary has it as one token, else undefined. */
export function singleToken(vocabulary: Vocabulary, piece: string): number | undefined {
  const tokens = vocabulary.tokenizeSpecial(piece);
  return tokens.length === 1 && vocabulary.isSpecial(tokens[0] as number) ? tokens[0] : undefined;
}

/** BOS as a segment, where the vocabulary wants one at the front. */
export function bosSegments(vocabulary: Vocabulary): readonly Segment[] {
  return vocabulary.addsBos && vocabulary.bos !== undefined ? [special(vocabulary.pieceOf(vocabulary.bos))] : [];
}
