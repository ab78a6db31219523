import { newConversation, newTurn, withTurn } from "../../../src/chat/conversation";
import { compactBranch } from "../../../src/chat/compactBranch";
import { TurnRun } from "../../../src/chat/turnRun";
import type { Attachment, ChatEvent, ChatSettings, ContextFullPolicy, Conversation, Turn } from "../../../src/chat/types";
import { errorCode, serializeError } from "../../../src/common/errors";
import { silentLog } from "../../../src/common/log";
import type { ChatModel } from "../../../src/engine/ports";
import type { Retriever } from "../../../src/rag/ports";
import { chatSettings } from "./fakes";

export interface AskOptions {
  readonly attachments?: readonly Attachment[];
  readonly signal?: AbortSignal;
  /** Answers in the place of this turn, as a branch beside it. */
  readonly insteadOf?: Turn;
  readonly contextFull?: ContextFullPolicy;
}

export interface Asked {
  readonly turn: Turn;
  readonly events: readonly ChatEvent[];
  readonly notices: readonly string[];
}

/** A conversation without a session around it: questions go through `TurnRun`, `/compact` through `compactBranch`. */
export class Chat {
  conversation: Conversation = newConversation();
  settings: ChatSettings = chatSettings;
  retriever: Retriever | undefined;

  constructor(readonly model: ChatModel) {}

  async ask(text: string, { attachments = [], signal = never, insteadOf, contextFull }: AskOptions = {}): Promise<Asked> {
    const turn = newTurn({ text, attachments }, insteadOf ? insteadOf.parent : this.conversation.leaf);
    const run = new TurnRun({ model: this.model, retriever: this.retriever, settings: this.settings, ...(contextFull && { whenFull: contextFull }), log: silentLog }, this.conversation, turn, signal);
    const events: ChatEvent[] = [];
    const finished = await read(run, events);
    this.conversation = withTurn(this.conversation, finished);
    return { turn: finished, events, notices: noticesOf(events) };
  }

  /** What was said; the conversation keeps the result, as a session does. */
  async compact(signal: AbortSignal = never): Promise<readonly string[]> {
    const events: ChatEvent[] = [];
    const steps = compactBranch({ model: this.model, settings: this.settings }, this.conversation, signal);
    for (let step = await steps.next(); ; step = await steps.next()) {
      if (!step.done) events.push(step.value);
      else if (step.value) this.conversation = { ...this.conversation, compacted: step.value };
      if (step.done) return noticesOf(events);
    }
  }

  turnOf(id: string): Turn {
    const turn = this.conversation.turns.find((other) => other.id === id);
    if (!turn) throw new Error(`There is no turn ${id}.`);
    return turn;
  }
}

const never = new AbortController().signal;

async function read(run: TurnRun, events: ChatEvent[]): Promise<Turn> {
  try {
    for await (const event of run.run()) events.push(event);
    return run.turn;
  } catch (error) {
    const serialized = serializeError(error);
    const code = errorCode(error);
    return { ...run.turn, status: { kind: "failed", error: { ...serialized, ...(code && { code }) } } };
  }
}

function noticesOf(events: readonly ChatEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === "notice" ? [event.text] : []));
}
