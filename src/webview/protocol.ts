import type { Contract, NoMembers } from "../common/rpc";

/**
 * The webview's contract: the only file that both the browser side and the shell import. Plain data, no imports of
 * either side's types, so that the browser bundle stays apart. Both sides use it through `RpcPeer`.
 */

export interface ViewRange {
  readonly path: string;
  /** 1-based, both ends included. */
  readonly startLine: number;
  readonly endLine: number;
}

export interface ViewAttachment extends ViewRange {
  readonly language: string;
}

export interface ViewCitation extends ViewRange {
  readonly symbol?: string;
}

export interface ViewStats {
  readonly reusedTokens: number;
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
  readonly timeToFirstTokenMs: number;
  readonly tokensPerSecond: number;
  readonly model: string;
  /** The sampler with its values in words, such as "top-p, temperature 0.7, top-p 0.95". */
  readonly sampler: string;
  readonly seed: number;
  readonly stopReason: ViewStopReason;
}

/** Why an answer ended; all but `end` are told to the reader. */
export type ViewStopReason = "end" | "stopped" | "maxTokens" | "contextFull" | "modelChanged";

export interface ViewError {
  readonly message: string;
  readonly remedy?: string;
  /** Buttons under the message. */
  readonly actions: readonly ViewAction[];
}

/** `download`, `pickFile`, `selectModel` and `openSettings` mend a missing model; `retry` asks a question again. */
export type ViewAction = (typeof viewActions)[number];

export const viewActions = [
  "download",
  "cancelDownload",
  "pickFile",
  "selectModel",
  "openSettings",
  "restartEngine",
  "showLog",
  "retry",
] as const;

/** How far the prompt has been read, in tokens. */
export interface ViewPrefill {
  /** Tokens evaluated so far, of `total` that have to be. */
  readonly done: number;
  readonly total: number;
  /** Tokens that stand in the KV cache already; not among `total`. */
  readonly reused: number;
}

export type ViewAnswer =
  | { readonly kind: "running"; readonly prefill?: ViewPrefill }
  | { readonly kind: "done"; readonly stats: ViewStats }
  | { readonly kind: "searchResults"; readonly reason: ViewError }
  | { readonly kind: "failed"; readonly error: ViewError };

export interface ViewTurn {
  readonly id: string;
  readonly question: string;
  readonly attachments: readonly ViewAttachment[];
  /** Markdown, as far as it has come. */
  readonly answer: string;
  readonly citations: readonly ViewCitation[];
  /** What the person should know about this turn, such as older turns that left the context. */
  readonly notices: readonly string[];
  readonly status: ViewAnswer;
  /** No longer in the model's context. */
  readonly dropped: boolean;
}

export type ViewModelState =
  | { readonly kind: "idle"; readonly model: string }
  | { readonly kind: "loading"; readonly model: string; readonly fraction: number }
  | { readonly kind: "ready"; readonly model: string; readonly device: string; readonly contextSize: number }
  | { readonly kind: "downloading"; readonly model: string; readonly receivedBytes: number; readonly totalBytes: number; readonly phase: "download" | "verify" }
  | { readonly kind: "restarting"; readonly model: string; readonly reason: string }
  | { readonly kind: "unavailable"; readonly model: string; readonly error: ViewError };

export type ViewIndexState =
  | { readonly kind: "off" }
  | { readonly kind: "working"; readonly label: string; readonly done: number; readonly total: number }
  /** `problem`: what is amiss although searching works, with its remedy, in sentences. */
  | { readonly kind: "ready"; readonly files: number; readonly chunks: number; readonly problem?: string }
  | { readonly kind: "failed"; readonly message: string };

/** What a webview keeps across reloads (`setState`); the editor hands it back when it restores a tab. */
export interface SavedView {
  readonly conversation?: string;
  readonly draft?: string;
  /** Pixels from the top; absent while the view follows the end. */
  readonly scroll?: number;
}

/** All that a view shows; sent when it opens and whenever the conversation is replaced. */
export interface ViewState {
  readonly conversation: string;
  readonly title: string;
  readonly turns: readonly ViewTurn[];
  readonly pending: readonly ViewAttachment[];
  readonly model: ViewModelState;
  readonly index: ViewIndexState;
  readonly useContext: boolean;
}

/** What the shell serves to the webview, which serves nothing. A request that cannot be served rejects with the reason. */
export interface ShellContract extends Contract {
  requests: {
    /** The first call of a fresh view. Events come from then on. */
    ready: [params: Record<string, never>, result: ViewState];
    /** Replies when the answer has begun. */
    ask: [params: { text: string }, result: void];
    stop: [params: Record<string, never>, result: void];
    removeAttachment: [params: { index: number }, result: void];
    openRange: [params: ViewRange, result: void];
    setContext: [params: { enabled: boolean }, result: void];
    action: [params: { action: ViewAction; turn?: string }, result: void];
    insertCode: [params: { text: string }, result: void];
  };
  streams: NoMembers;
  /** What the shell pushes into the webview. */
  events: {
    state: ViewState;
    turn: ViewTurn;
    text: { turn: string; text: string };
    prefill: { turn: string } & ViewPrefill;
    notice: { turn: string; text: string };
    pending: readonly ViewAttachment[];
    useContext: boolean;
    model: ViewModelState;
    index: ViewIndexState;
    focusInput: Record<string, never>;
  };
}
