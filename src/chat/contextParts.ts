import type { ChatModel, PromptSize, PromptTurn } from "../engine/ports";
import { answerReserve } from "./contextBudget";
import { branchTo, titleOf } from "./conversation";
import { promptOf, promptScope, type PromptScope } from "./promptScope";
import { systemParts } from "./rules";
import { carrySummary, limitTurns, startingWindow } from "./turnWindow";
import type { ChatSettings, Conversation, Question, Turn, TurnWindow } from "./types";
import { joinedMessage, messageParts } from "./userMessage";

export type ContextPartKind = "system" | "rules" | "summary" | "code" | "attachments" | "history" | "question" | "answer" | "free";

/** A part of what the model sees, in the order in which it stands there. */
export interface ContextPart {
  readonly kind: ContextPartKind;
  /** A file of rules, a question; empty for parts that there is one of. */
  readonly label: string;
  readonly tokens: number;
  /** The exact text, without the marks of the model's format; absent for what is kept free. A question and its answer have an empty line between them. */
  readonly text?: string;
  readonly turn?: string;
}

export interface ContextParts {
  readonly contextSize: number;
  readonly parts: readonly ContextPart[];
}

export interface ContextPartsDeps {
  readonly model: ChatModel;
  readonly settings: ChatSettings;
}

/** A part that is still to be counted; the marks of the format count to the part with `rest`. */
type Uncounted = Omit<ContextPart, "tokens"> & { readonly tokens?: number; readonly rest?: boolean };

/**
 * What the next question of the branch that is shown would find in the context, with the question itself. Nothing is
 * rendered for it: the texts are those of the prompt. What is left out when the context is full, and code that is found
 * for the question, is decided when it is asked. Throws what loading throws, and an abort error.
 */
export async function contextParts({ model, settings }: ContextPartsDeps, conversation: Conversation, question: Question, signal: AbortSignal): Promise<ContextParts> {
  const scope = promptScope({ model, settings }, await model.load(signal), conversation, conversation.leaf, signal);
  const window = nextWindow(conversation, settings);
  const pieces = messageParts(question, window.summary);
  const asked: PromptTurn = { id: `${conversation.id}/draft`, ...(scope.branch.length > 0 && { continues: true }), user: joinedMessage(pieces) };
  const prompt = promptOf(scope, window, asked);
  const size = await model.measure(prompt, signal);
  const before = size.promptTokens - size.turnTokens.reduce((sum, tokens) => sum + tokens, 0);
  const groups: [tokens: number, parts: readonly Uncounted[]][] = [
    [before, openingParts(scope)],
    ...prompt.turns.slice(0, -1).map((turn, at): [number, readonly Uncounted[]] => [size.turnTokens[at] ?? 0, turnParts(conversation, turn, size.contextTokens[at] ?? 0)]),
    [size.turnTokens.at(-1) ?? 0, pieces.map((piece): Uncounted => ({ ...piece, label: "", rest: piece.kind === "question" }))],
  ];
  return { contextSize: size.contextSize, parts: [...(await counted(model, groups, signal)), ...freeParts(size, scope.maxTokens)] };
}

function nextWindow(conversation: Conversation, settings: ChatSettings): TurnWindow {
  const branch = branchTo(conversation, conversation.leaf);
  const window = limitTurns(startingWindow(conversation, { id: "", parent: conversation.leaf }), branch, settings.turnWindow);
  return carrySummary(window, branch);
}

function openingParts({ settings, info }: PromptScope): readonly Uncounted[] {
  return systemParts(settings, info).map(({ path, text }, at) => {
    return path === undefined ? { kind: "system", label: "", text, rest: at === 0 } : { kind: "rules", label: path, text, rest: at === 0 };
  });
}

/** A message that an earlier version wrote in other words is shown whole. */
function turnParts(conversation: Conversation, sent: PromptTurn, codeTokens: number): readonly Uncounted[] {
  const turn = conversation.turns.find(({ id }) => id === sent.id);
  const label = titleOf(turn?.question.text ?? sent.user);
  const of = { label, turn: sent.id };
  const code: readonly Uncounted[] = sent.context === undefined ? [] : [{ ...of, kind: "code", text: sent.context, tokens: codeTokens }];
  const message = turn ? piecesOf(turn, sent.user) : [];
  const attached = message.flatMap((piece): readonly Uncounted[] => (piece.kind === "question" ? [] : [{ ...of, kind: piece.kind, text: piece.text }]));
  const question = message.at(-1)?.text ?? sent.user;
  const said = sent.answer === undefined ? question : `${question}\n\n${sent.answer.text}`;
  return [...code, ...attached, { ...of, kind: "history", text: said, rest: true }];
}

function piecesOf({ question, window }: Turn, sent: string) {
  const pieces = messageParts(question, window.summary);
  return joinedMessage(pieces) === sent ? pieces : [];
}

/** Counts all texts at once. Of each group's tokens the part with `rest` has what the others leave. */
async function counted(model: ChatModel, groups: readonly (readonly [tokens: number, parts: readonly Uncounted[]])[], signal: AbortSignal): Promise<readonly ContextPart[]> {
  const texts = groups.flatMap(([, parts]) => parts.filter(({ rest, tokens }) => rest !== true && tokens === undefined));
  const counts = texts.length === 0 ? [] : await model.countTokens(texts.map(({ text = "" }) => text), signal);
  const countOf = new Map(texts.map((part, at) => [part, counts[at] ?? 0]));
  return groups.flatMap(([all, parts]) => {
    const own = parts.map((part) => (part.rest === true ? 0 : (part.tokens ?? countOf.get(part) ?? 0)));
    const left = Math.max(0, all - own.reduce((sum, tokens) => sum + tokens, 0));
    return parts.map(({ rest, ...part }, at): ContextPart => ({ ...part, tokens: rest === true ? left : (own[at] ?? 0) }));
  });
}

function freeParts({ contextSize, promptTokens }: PromptSize, maxTokens: number): readonly ContextPart[] {
  const reserve = Math.max(0, Math.min(answerReserve(contextSize, maxTokens), contextSize - promptTokens));
  return [
    { kind: "answer", label: "", tokens: reserve },
    { kind: "free", label: "", tokens: Math.max(0, contextSize - promptTokens - reserve) },
  ];
}
