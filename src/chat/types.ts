import type { SerializedError } from "../common/errors";
import type { GenerateOrigin, GenerateStats, Guidance, KvCacheType, Sampling, StopReason } from "../engine/ports";
import type { CodeRange } from "../rag/ports";

/** Where an attachment that is no code of a file comes from. */
export type AttachmentSource = (typeof attachmentSources)[number];

export const attachmentSources = ["folder", "symbol", "selection", "openEditors", "problems", "terminal", "gitDiff", "codebase", "notebookCell", "paste"] as const;

/** Code, or other text, that the person attached to a question. */
export interface Attachment extends CodeRange {
  readonly language: string;
  readonly text: string;
  /** Absent: lines of the file `path`. */
  readonly source?: AttachmentSource;
  /**
   * What its chip says instead of path and lines, such as "Terminal: npm test". It stands over it in the prompt, too,
   * unless it is code of a file.
   */
  readonly label?: string;
}

/** A file of instructions that stands in the system prompt. */
export interface Rules {
  /** Relative to its folder, such as "AGENTS.md". */
  readonly path: string;
  readonly text: string;
}

/** Code that retrieval added to a question, as shown under the answer. */
export interface Citation extends CodeRange {
  readonly symbol?: string;
  /** SHA-256 of the cited text, hex. */
  readonly hash: string;
}

/** What happens when a conversation no longer fits the context: fold the oldest turns into a summary, drop them, or ask. */
export type ContextFullPolicy = (typeof contextFullPolicies)[number];

export const contextFullPolicies = ["summarise", "dropOldest", "ask"] as const;

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
  /** Absent in answers of earlier versions, which cannot be reproduced. */
  readonly origin?: GenerateOrigin;
  /** The system prompt it was given; absent in answers of earlier versions. */
  readonly system?: string;
  /** Most tokens it was given; absent in answers of earlier versions. */
  readonly maxTokens?: number;
  /** How the KV cache was kept and read; absent in answers of earlier versions. */
  readonly kvCacheType?: KvCacheType;
  readonly flashAttention?: boolean;
  /** Absent: nothing but the model chose the tokens. */
  readonly guidance?: Guidance;
  /** The answer was kept to what stood in its prompt (`groundedGrammar`). */
  readonly grounded?: true;
}

/** What a turn's prompt left out of the turns before it. Later turns of the branch take it over from the turn before them. */
export interface TurnWindow {
  /** Ids of earlier turns that have left. */
  readonly dropped: readonly string[];
  /** Ids of earlier turns whose retrieved code has left. */
  readonly withoutCode: readonly string[];
  /** Summary of what left before this turn, written by the model; it stands in this turn's user message. */
  readonly summary?: string;
}

export type AnswerStatus =
  | { readonly kind: "running" }
  | { readonly kind: "done"; readonly record: AnswerRecord }
  /** No model: the text lists what retrieval found, and says so. */
  | { readonly kind: "searchResults"; readonly reason: SerializedError }
  | { readonly kind: "failed"; readonly error: SerializedError };

export interface Turn {
  readonly id: string;
  /** Id of the turn before it; undefined for a first one. Turns with the same parent are branches of each other. */
  readonly parent: string | undefined;
  readonly question: Question;
  /** Retrieved code as the model saw it, in front of `userText`; empty: none. Rendered once, never again. */
  readonly codeText: string;
  /** The user message as the model saw it: summary, attachments and question. Rendered once, never again. */
  readonly userText: string;
  readonly answerText: string;
  /** Tokens of the answer under the model of the record. */
  readonly answerTokens: readonly number[];
  readonly citations: readonly Citation[];
  readonly status: AnswerStatus;
  readonly window: TurnWindow;
  /** Unix time, ms. */
  readonly askedAt: number;
}

export interface Conversation {
  readonly id: string;
  readonly title: string;
  readonly createdAt: number;
  /** All turns of all branches, in the order in which they were asked. A parent stands before its children. */
  readonly turns: readonly Turn[];
  /** Id of the last turn of the branch that is shown; undefined while there is none. */
  readonly leaf: string | undefined;
  /** What was folded by hand after the turn `leaf`: the next turn after it takes `window` over. */
  readonly compacted?: { readonly leaf: string; readonly window: TurnWindow };
  /** Stands on top of the history. */
  readonly pinned?: boolean;
  /** The person gave the title, so no question changes it. */
  readonly titled?: boolean;
  /** Id of the service's session that it belongs to; absent: a session of its own. */
  readonly session?: string;
}

/** Whether an answer came out the same a second time. */
export type Reproduction =
  | { readonly kind: "same"; readonly tokens: number; readonly unit?: "characters" }
  /** `at`: number of equal tokens at the front; of equal characters where the model's server told no tokens. */
  | { readonly kind: "different"; readonly at: number; readonly unit?: "characters"; readonly reason?: string }
  | { readonly kind: "stopped" };

/** What happens while a question is answered, in order; the last one is "finished". */
export type ChatEvent =
  | { readonly type: "started"; readonly turn: Turn }
  | { readonly type: "loading"; readonly fraction: number }
  | { readonly type: "citations"; readonly citations: readonly Citation[] }
  /** The model writes a summary of the oldest `turns`, which then leave the context. */
  | { readonly type: "compacting"; readonly turns: number }
  /** Something the person should know, such as turns that left the context. */
  | { readonly type: "notice"; readonly text: string }
  | { readonly type: "prefill"; readonly done: number; readonly total: number; readonly reused: number; readonly restored: number }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "finished"; readonly turn: Turn };

/** What the person set; undefined takes the model's own default. */
export interface ChatSettings {
  readonly sampling: Partial<Sampling>;
  readonly maxTokens?: number;
  readonly systemPrompt?: string;
  /** They follow the system prompt, in this order. Absent: none. */
  readonly rules?: readonly Rules[];
  /** Off: no code is retrieved for questions. */
  readonly useContext: boolean;
  readonly contextFull: ContextFullPolicy;
  /** Turns before the current one that the model sees; absent: all that fit. */
  readonly turnWindow?: number;
  /** What the person set of guidance (`guidanceOf`); without a strategy nothing steers. */
  readonly guidance?: Partial<Guidance>;
}
