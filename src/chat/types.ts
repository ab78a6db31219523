import type { SerializedError } from "../common/errors";
import type { GenerateStats, Sampling, StopReason } from "../engine/ports";
import type { CodeRange } from "../rag/ports";

/** Code that the person attached to a question. */
export interface Attachment extends CodeRange {
  readonly language: string;
  readonly text: string;
}

/** Code that retrieval added to a question, as shown under the answer. */
export interface Citation extends CodeRange {
  readonly symbol?: string;
  /** SHA-256 of the cited text, hex. */
  readonly hash: string;
}

export interface Question {
  readonly text: string;
  readonly attachments: readonly Attachment[];
}

/** How an answer came about: enough to reproduce it. */
export interface AnswerRecord {
  readonly model: string;
  readonly modelHash: string;
  readonly sampling: Sampling;
  readonly seed: number;
  readonly stats: GenerateStats;
  readonly stopReason: StopReason;
}

export type AnswerStatus =
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly record: AnswerRecord }
  /** No model: the text lists what retrieval found, and says so. */
  | { readonly kind: "searchResults"; readonly reason: SerializedError }
  | { readonly kind: "failed"; readonly error: SerializedError };

export interface Turn {
  readonly id: string;
  readonly question: Question;
  /** The user message as the model saw it: question, attachments and retrieved code. Rendered once, never again. */
  readonly userText: string;
  readonly answerText: string;
  /** Tokens of the answer under the model of the record. */
  readonly answerTokens: readonly number[];
  readonly citations: readonly Citation[];
  readonly status: AnswerStatus;
  /** Left the context window to make room; still shown, no longer sent. */
  readonly dropped: boolean;
  /** Unix time, ms. */
  readonly askedAt: number;
}

export interface Conversation {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  readonly turns: readonly Turn[];
}

/** What happens while a question is answered, in order; the last one is "finished". */
export type ChatEvent =
  | { readonly type: "started"; readonly turn: Turn }
  | { readonly type: "loading"; readonly fraction: number }
  | { readonly type: "citations"; readonly citations: readonly Citation[] }
  /** Something the person should know, such as turns that left the context. */
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "prefill"; readonly done: number; readonly total: number; readonly reused: number }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "finished"; readonly turn: Turn };

/** What the person set; undefined takes the model's own default. */
export interface ChatSettings {
  readonly sampling: Partial<Sampling>;
  readonly maxTokens?: number;
  readonly systemPrompt?: string;
  /** Off: no code is retrieved for questions. */
  readonly useContext: boolean;
}
