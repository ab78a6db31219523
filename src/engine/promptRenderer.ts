import { createHash } from "node:crypto";
import { HearthError } from "../common/errors";
import { t } from "../common/l10n";
import { bosSegments, type PromptFormat, type QuestionPlace, type Segment, tokenizeSegments } from "./formats/promptFormat";
import type { Prompt, PromptTurn } from "./ports";
import type { Vocabulary } from "./runtime";
import type { RowContent, TokenPart } from "./states/savedStates";

/** Its parts cover all tokens: an opening, then start, code, question and answer of each turn, those without tokens left out. */
export interface RenderedPrompt extends RowContent {
  /** Tokens that each turn adds; what stands before the first turn is not in it. */
  readonly turnTokens: readonly number[];
  /** Those of them that are the turn's code. */
  readonly contextTokens: readonly number[];
}

interface KnownAnswer {
  readonly text: string;
  readonly tokens: readonly number[];
}

/** Tokens of a text at a place. */
interface KnownText {
  readonly text: string;
  readonly place: QuestionPlace;
  readonly tokens: readonly number[];
}

interface KnownTurn {
  code?: KnownText;
  question?: KnownText;
  answer?: KnownAnswer;
}

interface KnownConversation {
  opening?: { readonly system: string; readonly part: RenderedPart };
  readonly turns: Map<string, KnownTurn>;
}

interface RenderedPart {
  readonly key: string;
  readonly tokens: readonly number[];
}

/** Conversations whose tokens are kept; they cost a few bytes a token. */
const mostConversations = 64;

/**
 * Turns prompts into tokens. Each text is tokenised once: a turn's tokens are kept by its id, and an answer keeps
 * exactly the tokens that were generated, since its text need not tokenise to the same ones. Parts are tokenised apart
 * from each other, so that a turn without its code has the tokens of the same turn that never had any.
 */
export class PromptRenderer {
  readonly #conversations = new Map<string, KnownConversation>();
  readonly #starts = new Map<QuestionPlace, readonly number[]>();
  /** What ends an answer. */
  readonly closing: readonly number[];

  constructor(
    readonly vocabulary: Vocabulary,
    readonly format: PromptFormat,
    readonly modelHash: string,
  ) {
    this.closing = this.#tokenize(format.closing());
  }

  render(prompt: Prompt): RenderedPrompt {
    if (prompt.rawText !== undefined) return this.#raw(prompt.rawText);
    const known = this.#conversation(prompt.conversation);
    const turns = prompt.turns.map((turn, index) => this.#turn(known, turn, placeOf(prompt, index), index < prompt.turns.length - 1));
    const parts = [this.#opening(known, prompt.system), ...turns.flat()].filter(({ tokens }) => tokens.length > 0);
    return {
      tokens: parts.flatMap(({ tokens }) => tokens),
      parts: parts.map(({ key, tokens }): TokenPart => ({ key, length: tokens.length })),
      turnTokens: turns.map((turn) => turn.reduce((sum, { tokens }) => sum + tokens.length, 0)),
      contextTokens: turns.map((turn, index) => turn.find(({ key }) => key === codeKey(prompt.turns[index]))?.tokens.length ?? 0),
    };
  }

  /** No format has a say; only BOS stands in front, where the model wants one. */
  #raw(text: string): RenderedPrompt {
    const tokens = this.#tokenize([...bosSegments(this.vocabulary), { kind: "text", text }]);
    if (tokens.length > 0) return { tokens, parts: [{ key: "raw", length: tokens.length }], turnTokens: [], contextTokens: [] };
    throw new HearthError("bad-use", t("There is no text to go on with."), { remedy: t("Send a text that is not empty.") });
  }

  /** Keeps what was generated for a turn. */
  remember(conversation: string, turnId: string, answer: KnownAnswer): void {
    turnOf(this.#conversation(conversation), turnId).answer = answer;
  }

  forget(conversation: string): void {
    this.#conversations.delete(conversation);
  }

  /** Moves the conversation to the end of the map, whose front is the least recently used one. */
  #conversation(id: string): KnownConversation {
    const known = this.#conversations.get(id) ?? { turns: new Map<string, KnownTurn>() };
    this.#conversations.delete(id);
    this.#conversations.set(id, known);
    const [oldest] = this.#conversations.keys();
    if (this.#conversations.size > mostConversations && oldest !== undefined) this.#conversations.delete(oldest);
    return known;
  }

  #opening(known: KnownConversation, system: string): RenderedPart {
    if (known.opening?.system !== system) {
      const key = `opening/${createHash("sha256").update(system).digest("hex").slice(0, 16)}`;
      known.opening = { system, part: { key, tokens: this.#tokenize(this.format.opening(system)) } };
    }
    return known.opening.part;
  }

  #turn(known: KnownConversation, turn: PromptTurn, place: QuestionPlace, isPast: boolean): readonly RenderedPart[] {
    const kept = turnOf(known, turn.id);
    const asked = [
      { key: `${turn.id}/start`, tokens: this.#start(place) },
      { key: codeKey(turn), tokens: this.#code(kept, turn.context ?? "", place) },
      { key: `${turn.id}/question`, tokens: this.#question(kept, turn.user, place) },
    ];
    if (!isPast && !turn.answer) return asked;
    return [...asked, { key: `${turn.id}/answer`, tokens: [...this.#answer(kept, turn.answer ?? { text: "" }), ...this.closing] }];
  }

  #start(place: QuestionPlace): readonly number[] {
    const tokens = this.#starts.get(place) ?? this.#tokenize(this.format.turnStart(place));
    this.#starts.set(place, tokens);
    return tokens;
  }

  #code(kept: KnownTurn, text: string, place: QuestionPlace): readonly number[] {
    if (text.trim() === "") return [];
    if (kept.code?.text !== text || kept.code.place !== place) kept.code = { text, place, tokens: this.#tokenize(this.format.code(text, place)) };
    return kept.code.tokens;
  }

  #question(kept: KnownTurn, text: string, place: QuestionPlace): readonly number[] {
    if (kept.question?.text !== text || kept.question.place !== place) {
      kept.question = { text, place, tokens: this.#tokenize(this.format.question(text, place)) };
    }
    return kept.question.tokens;
  }

  #answer(kept: KnownTurn, answer: NonNullable<PromptTurn["answer"]>): readonly number[] {
    if (kept.answer?.text === answer.text) return kept.answer.tokens;
    const given = answer.modelHash === this.modelHash && answer.tokens?.every((token) => this.#isContent(token)) ? answer.tokens : undefined;
    kept.answer = { text: answer.text, tokens: given ?? this.#tokenize(this.format.answer(answer.text)) };
    return kept.answer.tokens;
  }

  /** Tokens come from a file on disk: an id outside the vocabulary would end the process. */
  #isContent(token: number): boolean {
    return Number.isInteger(token) && token >= 0 && token < this.vocabulary.size && !this.vocabulary.isEndOfGeneration(token);
  }

  #tokenize(segments: readonly Segment[]): number[] {
    return tokenizeSegments(this.vocabulary, segments);
  }
}

function turnOf(known: KnownConversation, id: string): KnownTurn {
  const turn = known.turns.get(id) ?? {};
  known.turns.set(id, turn);
  return turn;
}

function codeKey(turn: PromptTurn | undefined): string {
  return `${turn?.id ?? ""}/code`;
}

function placeOf(prompt: Prompt, index: number): QuestionPlace {
  if (index > 0) return "later";
  if (prompt.system !== "" && prompt.turns[0]?.continues) return "afterCut";
  return prompt.system === "" ? "first" : "afterSystem";
}

/** Throws "prompt-too-long" unless the prompt leaves room for at least one token of answer. */
export function checkFits(promptTokens: number, contextSize: number): void {
  const excess = promptTokens + 1 - contextSize;
  if (excess <= 0) return;
  throw new HearthError(
    "prompt-too-long",
    t("The prompt takes {0} tokens, {1} too many for the context of {2} tokens.", promptTokens, excess, contextSize),
    { remedy: t("Ask a shorter question, attach less code, clear the chat, or set a larger context size.") },
  );
}
