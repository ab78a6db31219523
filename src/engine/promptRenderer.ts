import { HearthError } from "../common/errors";
import { type PromptFormat, type QuestionPlace, type Segment, tokenizeSegments } from "./formats/promptFormat";
import type { Prompt, PromptTurn } from "./ports";
import type { Vocabulary } from "./runtime";

export interface RenderedPrompt {
  readonly tokens: readonly number[];
  /** Tokens that each turn adds; what stands before the first turn is not in it. */
  readonly turnTokens: readonly number[];
}

interface KnownAnswer {
  readonly text: string;
  readonly tokens: readonly number[];
}

interface KnownQuestion {
  readonly user: string;
  readonly place: QuestionPlace;
  readonly tokens: readonly number[];
}

interface KnownTurn {
  question?: KnownQuestion;
  answer?: KnownAnswer;
}

interface KnownConversation {
  opening?: { readonly system: string; readonly tokens: readonly number[] };
  readonly turns: Map<string, KnownTurn>;
}

/** Conversations whose tokens are kept; they cost a few bytes a token. */
const mostConversations = 64;

/**
 * Turns prompts into tokens. Each text is tokenised once: a turn's tokens are kept by its id, and an answer keeps
 * exactly the tokens that were generated, since its text need not tokenise to the same ones.
 */
export class PromptRenderer {
  readonly #conversations = new Map<string, KnownConversation>();
  readonly #closing: readonly number[];

  constructor(
    readonly vocabulary: Vocabulary,
    readonly format: PromptFormat,
    readonly modelHash: string,
  ) {
    this.#closing = this.#tokenize(format.closing());
  }

  render(prompt: Prompt): RenderedPrompt {
    const known = this.#conversation(prompt.conversation);
    const opening = this.#opening(known, prompt.system);
    const turns = prompt.turns.map((turn, index) => this.#turn(known, turn, placeOf(prompt, index), index < prompt.turns.length - 1));
    return { tokens: [...opening, ...turns.flat()], turnTokens: turns.map((tokens) => tokens.length) };
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

  #opening(known: KnownConversation, system: string): readonly number[] {
    if (known.opening?.system !== system) known.opening = { system, tokens: this.#tokenize(this.format.opening(system)) };
    return known.opening.tokens;
  }

  #turn(known: KnownConversation, turn: PromptTurn, place: QuestionPlace, isPast: boolean): readonly number[] {
    const kept = turnOf(known, turn.id);
    const question = this.#question(kept, turn.user, place);
    if (!isPast && !turn.answer) return question;
    return [...question, ...this.#answer(kept, turn.answer ?? { text: "" }), ...this.#closing];
  }

  #question(kept: KnownTurn, user: string, place: QuestionPlace): readonly number[] {
    if (kept.question?.user !== user || kept.question.place !== place) {
      kept.question = { user, place, tokens: this.#tokenize(this.format.question(user, place)) };
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

function placeOf(prompt: Prompt, index: number): QuestionPlace {
  if (index > 0) return "later";
  return prompt.system === "" ? "first" : "afterSystem";
}

/** Throws "prompt-too-long" unless the prompt leaves room for at least one token of answer. */
export function checkFits(promptTokens: number, contextSize: number): void {
  const excess = promptTokens + 1 - contextSize;
  if (excess <= 0) return;
  throw new HearthError(
    "prompt-too-long",
    `The prompt takes ${promptTokens} tokens, ${excess} too many for the context of ${contextSize} tokens.`,
    { remedy: "Ask a shorter question, attach less code, clear the chat, or set a larger context size." },
  );
}
