import {
  type CancellationToken,
  type ChatContext,
  type ChatRequest,
  ChatRequestTurn,
  ChatResponseMarkdownPart,
  type ChatResponseStream,
  ChatResponseTurn,
  type ChatResult,
  Location,
} from "vscode";
import { describeError, isAbortError } from "../../common/errors";
import { memoryStore } from "../../chat/memoryStore";
import type { ChatSession } from "../../chat/session";
import { type SessionDeps, Sessions } from "../../chat/sessions";
import type { Turn } from "../../chat/types";
import { documentOf, rangeIn } from "../openRange";
import type { RunningRequests } from "../runningRequests";
import { conversationAfter, type PastExchange } from "./chatHistory";
import { type AnswerStream, showAnswer } from "./participantAnswer";
import { requestAttachments } from "./requestAttachments";
import { withTokenSignal } from "./tokenSignal";

/** Chats of the editor whose KV state is kept; the others are read again when they go on. */
const mostOpen = 8;

export interface ParticipantDeps extends Omit<SessionDeps, "store"> {
  readonly requests: RunningRequests;
}

/** `@hearth` in the editor's own chat: the local model with the workspace's index. The editor keeps the conversation. */
export class Participant {
  readonly #deps: ParticipantDeps;
  readonly #store = memoryStore();
  readonly #sessions: Sessions;
  /** Least recently used first. */
  #open: readonly string[] = [];

  constructor(deps: ParticipantDeps) {
    this.#deps = deps;
    this.#sessions = new Sessions({ ...deps, store: this.#store });
  }

  readonly answer = async (request: ChatRequest, context: ChatContext, stream: ChatResponseStream, token: CancellationToken): Promise<ChatResult> => {
    const running = this.#deps.requests.begin();
    try {
      const session = await this.#session(context);
      const question = { text: request.prompt, attachments: await requestAttachments(request.references) };
      const turn = await withTokenSignal(token, (signal) => showAnswer(session.ask(question, signal), answerStream(stream)));
      return { metadata: { conversation: session.conversation.id }, ...failureOf(turn) };
    } catch (error) {
      if (isAbortError(error)) return {};
      return { errorDetails: { message: describeError(error) } };
    } finally {
      running.dispose();
    }
  };

  /** Frees the KV state of all its chats. The engine must still be there. */
  async end(): Promise<void> {
    const open = this.#open;
    this.#open = [];
    this.#sessions.dispose();
    await Promise.allSettled(open.map((id) => this.#deps.model.forget(id)));
  }

  /** The conversation that the editor's chat has had here, or one that takes over what was said before. */
  async #session({ history }: ChatContext): Promise<ChatSession> {
    const known = history.findLast((turn) => turn instanceof ChatResponseTurn)?.result.metadata?.["conversation"] as unknown;
    const session = (typeof known === "string" ? await this.#sessions.open(known) : undefined) ?? (await this.#takenOver(history));
    await this.#use(session.conversation.id);
    return session;
  }

  async #takenOver(history: ChatContext["history"]): Promise<ChatSession> {
    const conversation = conversationAfter(pastExchanges(history));
    if (conversation.turns.length === 0) return this.#sessions.create();
    await this.#store.save(conversation);
    return (await this.#sessions.open(conversation.id)) ?? this.#sessions.create();
  }

  async #use(id: string): Promise<void> {
    this.#open = [...this.#open.filter((other) => other !== id), id];
    const leaving = this.#open.slice(0, Math.max(0, this.#open.length - mostOpen));
    this.#open = this.#open.slice(leaving.length);
    for (const old of leaving) {
      await this.#sessions.close(old);
      await this.#deps.model.forget(old);
    }
  }
}

function answerStream(stream: ChatResponseStream): AnswerStream {
  return {
    markdown: (text) => stream.markdown(text),
    progress: (text) => stream.progress(text),
    async reference(citation) {
      const document = await documentOf(citation).catch(() => undefined); // a file that has gone since has no place to show
      if (document) stream.reference(new Location(document.uri, rangeIn(document, citation)));
    },
  };
}

function failureOf(turn: Turn | undefined): Pick<ChatResult, "errorDetails"> {
  if (turn?.status.kind !== "failed" || turn.status.error.code === "aborted") return {};
  const { message, remedy } = turn.status.error;
  return { errorDetails: { message: [message, remedy].filter(Boolean).join(" ") } };
}

function pastExchanges(history: ChatContext["history"]): readonly PastExchange[] {
  return history.flatMap((turn, at) => {
    const next = history[at + 1];
    return turn instanceof ChatRequestTurn && next instanceof ChatResponseTurn ? [{ question: turn.prompt, answer: answerText(next) }] : [];
  });
}

function answerText({ response }: ChatResponseTurn): string {
  return response.map((part) => (part instanceof ChatResponseMarkdownPart ? part.value.value : "")).join("");
}
