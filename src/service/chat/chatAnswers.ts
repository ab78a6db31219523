import { randomUUID } from "node:crypto";
import { abortError, deserializeError } from "../../common/errors";
import { raceSignal } from "../../common/raceSignal";
import type { ChatSession } from "../../chat/session";
import type { ChatEvent, Turn } from "../../chat/types";
import { HttpError } from "../httpErrors";
import type { ServiceDeps } from "../ports";
import { sessionIdOf, sourceOf } from "./chatReplies";
import { ConversationsInUse } from "./conversationsInUse";
import { RecentSessions } from "./recentSessions";

export interface ChatQuestion {
  readonly query: string;
  /** Any name; absent: a new session. */
  readonly session_id?: string;
  /** Absent: a new conversation. */
  readonly conversation_id?: string;
  /** Who asks, for the queue; `session`: the one that the conversation is in. */
  readonly clientIn: (session: string | undefined) => string;
}

/** Where an answer stands. */
export interface ChatPlace {
  readonly session_id: string;
  readonly conversation_id: string;
}

export type ChatReply = Awaited<ReturnType<ChatAnswers["answer"]>>;

/** Told of everything before the end, in order, and waited for. */
export type Listener = (event: Exclude<ChatEvent, { type: "finished" }>, place: ChatPlace) => Promise<void>;

/**
 * Questions with the workspace's code as their context, in conversations that are stored. A question that fails before
 * any of its answer has come leaves nothing behind, so that it can be sent again; what has come of an answer is kept.
 */
export class ChatAnswers {
  readonly #deps: ServiceDeps;
  readonly #uses = new ConversationsInUse();
  readonly #recent: RecentSessions;

  constructor(deps: ServiceDeps) {
    this.#deps = deps;
    this.#recent = new RecentSessions(
      (id) => deps.sessions.close(id),
      (id) => this.#uses.has(id),
    );
  }

  /**
   * Throws HttpErrors (404 for a conversation that is not there or not in the session, 409 while it answers, 410 when it
   * is removed meanwhile, 429 from the queue), what the engine throws, and an abort error when it was stopped.
   */
  async answer(question: ChatQuestion, signal: AbortSignal, tell: Listener) {
    const { sessions } = this.#deps;
    const id = question.conversation_id;
    if (id === undefined) return this.#admitted(question.clientIn(question.session_id), signal, () => this.#begin(question, signal, tell));
    const client = question.clientIn(await this.#sessionOf(id, question.session_id));
    return this.#uses.use(id, signal, (used) =>
      this.#admitted(client, used, async () => this.#ask((await sessions.open(id)) ?? noConversation(id), question.query, used, tell)),
    );
  }

  /** Removes a conversation for good. An answer that it writes is stopped first. */
  async remove(id: string): Promise<void> {
    await this.#uses.remove(id, async () => {
      this.#recent.drop(id);
      await this.#deps.sessions.remove(id);
    });
  }

  async #admitted<T>(client: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await raceSignal(this.#deps.indexReady, signal);
    return this.#deps.admission.enter(client, signal, work);
  }

  #begin({ query, session_id = randomUUID() }: ChatQuestion, signal: AbortSignal, tell: Listener) {
    const session = this.#deps.sessions.createIn(session_id);
    return this.#uses.use(session.conversation.id, signal, (used) => this.#ask(session, query, used, tell));
  }

  /** @param named the session that the client believes it to be in */
  async #sessionOf(id: string, named: string | undefined): Promise<string> {
    const session = sessionIdOf((await this.#deps.sessions.read(id)) ?? noConversation(id));
    if (named === undefined || named === session) return session;
    throw new HttpError(404, "conversation_not_found", `The session "${named}" has no conversation "${id}".`);
  }

  async #ask(session: ChatSession, query: string, signal: AbortSignal, tell: Listener) {
    await this.#recent.use(session);
    const place: ChatPlace = { session_id: sessionIdOf(session.conversation), conversation_id: session.conversation.id };
    const notices: string[] = [];
    const turn = await finalTurn(session, query, signal, async (event) => {
      if (event.type === "notice") notices.push(event.text);
      await tell(event, place);
    });
    if (turn.status.kind === "done") this.#deps.metrics.answered(turn.status.record.stats, turn.status.record.stopReason);
    const problem = problemOf(turn);
    if (problem) await this.#takeBack(session, turn);
    if (problem) throw problem;
    return { answer: turn.answerText, ...place, sources: turn.citations.map(sourceOf), notices, ...figuresOf(turn) };
  }

  /** Unless part of its answer has come: search results are none. */
  async #takeBack(session: ChatSession, turn: Turn): Promise<void> {
    if (turn.answerText !== "" && turn.status.kind !== "searchResults") return;
    const { id, turns } = session.conversation;
    if (turns.length > 1) return session.deleteTurn(turn.id);
    this.#recent.drop(id);
    await this.#deps.sessions.remove(id);
  }
}

async function finalTurn(session: ChatSession, text: string, signal: AbortSignal, tell: (event: Parameters<Listener>[0]) => Promise<void>): Promise<Turn> {
  for await (const event of session.ask({ text, attachments: [] }, signal)) {
    if (event.type === "finished") return event.turn;
    await tell(event);
  }
  throw noEnd();
}

function noEnd(): HttpError {
  return new HttpError(500, "internal", "The answer had no end.");
}

/** Without a model the reply is the error, as in every other place, though the search has found something. */
function problemOf({ status }: Turn): Error | undefined {
  switch (status.kind) {
    case "done":
      return status.record.stopReason === "aborted" ? abortError("The answer was stopped.") : undefined;
    case "searchResults":
      return deserializeError(status.reason);
    case "failed":
      return deserializeError(status.error);
    case "running":
      return noEnd();
  }
}

/** How an answer without a problem came about. */
function figuresOf({ status }: Turn) {
  if (status.kind !== "done") throw noEnd();
  const { model, stopReason, seed, stats } = status.record;
  const { promptTokens, generatedTokens, reusedTokens, restoredTokens } = stats;
  const usage = { prompt_tokens: promptTokens, completion_tokens: generatedTokens, cached_tokens: reusedTokens, restored_tokens: restoredTokens };
  return { model, stop_reason: stopReason, seed, usage };
}

export function noConversation(id: string): never {
  throw new HttpError(404, "conversation_not_found", `There is no conversation "${id}".`);
}
