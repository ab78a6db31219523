import type { Contract, NoMembers } from "../common/rpc";
import type { CodeRequests } from "./contracts/code";
import type { ComposerRequests, ViewAttachment } from "./contracts/composer";
import type { ConversationEvents, ConversationRequests } from "./contracts/conversations";
import type { ViewRange } from "./contracts/ranges";

/**
 * The webview's contract: with `contracts/`, which it hands on, all that both the browser side and the shell import.
 * Plain data, no imports of either side's types, so that the browser bundle stays apart. Both sides use it through
 * `RpcPeer`.
 */

export * from "./contracts/code";
export * from "./contracts/composer";
export * from "./contracts/conversations";
export * from "./contracts/ranges";

export interface ViewCitation extends ViewRange {
  readonly symbol?: string;
  /** "stale": the lines read otherwise now; "gone": there is no such file. Absent: neither, or that is not known yet. */
  readonly changed?: "stale" | "gone";
}

export interface ViewStats {
  readonly reusedTokens: number;
  /** Those of them that came from a saved state. */
  readonly restoredTokens: number;
  readonly evaluatedTokens: number;
  readonly generatedTokens: number;
  readonly timeToFirstTokenMs: number;
  readonly tokensPerSecond: number;
  readonly model: string;
  /** "CPU", or "Vulkan, 33 layers", or "a server"; absent in answers of earlier versions. */
  readonly device?: string;
  /** The whole prompt; 0: not known. A server may not tell how much of it was reused and read: both are 0 then. */
  readonly promptTokens: number;
  /** The figures are estimates, since a server did not tell them. */
  readonly estimated?: boolean;
  /** "12 of 15 guessed tokens, 1.4 times as fast"; absent where prompt lookup was not used. */
  readonly lookup?: string;
  /** Whether the answer holds all that it takes to compute it again. */
  readonly reproducible: boolean;
  /** The sampler with its values in words, such as "top-p, temperature 0.7, top-p 0.95". */
  readonly sampler: string;
  /** What steered the answer, in words; absent: nothing did. */
  readonly guidance?: string;
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

/** Where a turn stands among its branches: `index` from 0 of `count`, with the ids of its neighbours. */
export interface ViewBranch {
  readonly index: number;
  readonly count: number;
  readonly previous?: string;
  readonly next?: string;
}

export const viewActions = [
  "download",
  "cancelDownload",
  "pickFile",
  "selectModel",
  "openSettings",
  "restartEngine",
  "showLog",
  "retry",
  /** For a question that waits since the context is full: ask it again, and fold or drop the oldest turns. */
  "summarise",
  "dropOldest",
  /** After the memory ran out: load again on the processor, or with half the context. */
  "useProcessor",
  "useSmallerContext",
  /** Keeps what has come of the download, and goes on with it; `cancelDownload` removes it. */
  "pauseDownload",
  "resumeDownload",
  /** Asks the server whether it is there, and tells what it says. */
  "checkServer",
  "setServerKey",
  "useServer",
  "serverSettings",
] as const;

/** How far the prompt has been read, in tokens. */
export interface ViewPrefill {
  /** Tokens evaluated so far, of `total` that have to be. */
  readonly done: number;
  readonly total: number;
  /** Tokens that stand in the KV cache already; not among `total`. */
  readonly reused: number;
  /** Those of the reused ones that came from a saved state. */
  readonly restored: number;
}

export type ViewAnswer =
  /** `compacting`: so many turns are being folded into a summary. */
  | { readonly kind: "running"; readonly prefill?: ViewPrefill; readonly compacting?: number }
  | { readonly kind: "done"; readonly stats: ViewStats; readonly note?: ViewNote }
  | { readonly kind: "searchResults"; readonly reason: ViewError }
  | { readonly kind: "failed"; readonly error: ViewError };

/** What has to be known about the model that gave an answer. */
export interface ViewNote {
  readonly text: string;
  readonly button: { readonly action: ViewAction; readonly label: string };
}

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
  /** Its code is no longer in the model's context. */
  readonly withoutCode: boolean;
  /** The summary that stands for the turns that left before this one. */
  readonly summary?: string;
  /** Absent where there is one branch only. */
  readonly branch?: ViewBranch;
  /** What came of computing the answer again, in a sentence; kept as long as the chat is open. */
  readonly reproduction?: string;
}

/** What runs in a chat beside the answer to a question. */
export type ViewActivity =
  | { readonly kind: "none" }
  /** So many older turns are being folded into a summary, by hand; 0: not known yet. */
  | { readonly kind: "compacting"; readonly turns: number }
  /** The answer of this turn is being computed again. */
  | { readonly kind: "reproducing"; readonly turn: string };

/** `embeddingServer`: name of the machine that the index's code goes to; absent: it stays here. */
export type ViewModelState = ViewChatModel & { readonly embeddingServer?: string };

/** `server`: name of the machine that the model runs on, such as "gpu-box"; absent: this one. */
export type ViewChatModel =
  | { readonly kind: "idle"; readonly model: string; readonly server?: string }
  | { readonly kind: "loading"; readonly model: string; readonly fraction: number; readonly server?: string }
  /** `device`: "CPU, 2 threads", "Vulkan, 33/33 layers" or "on gpu-box"; `fallback`: why no GPU is used although one was asked for. */
  /** `setup`: the model that is set is not here, and this one stands in for it. */
  | { readonly kind: "ready"; readonly model: string; readonly device: string; readonly contextSize: number; readonly fallback?: string; readonly server?: string; readonly setup?: ViewError }
  | { readonly kind: "downloading"; readonly model: string; readonly receivedBytes: number; readonly totalBytes: number; readonly phase: "download" | "verify"; readonly paused: boolean }
  | { readonly kind: "restarting"; readonly model: string; readonly reason: string }
  /** `missing`: there is no file of it yet, which is no failure. */
  | { readonly kind: "unavailable"; readonly model: string; readonly error: ViewError; readonly missing?: boolean; readonly server?: string };

export type ViewIndexState =
  | { readonly kind: "off" }
  /** `timeLeft`: "12 min", absent while that is not known. */
  | { readonly kind: "working"; readonly label: string; readonly done: number; readonly total: number; readonly timeLeft?: string }
  /** `problem`: what is amiss although searching works, with its remedy, in sentences. `paused`: it does not follow the files for now. */
  | { readonly kind: "ready"; readonly files: number; readonly chunks: number; readonly problem?: string; readonly paused?: boolean }
  | { readonly kind: "failed"; readonly message: string };

/** What a webview keeps across reloads (`setState`); the editor hands it back when it restores a tab. */
export interface SavedView {
  readonly conversation?: string;
  /** Whether anything was asked in it. */
  readonly asked?: boolean;
  /** What is typed and not sent. */
  readonly draft?: string;
  /** Pixels from the top; absent while the view follows the end. */
  readonly scroll?: number;
  /** The turn from whose top `scroll` counts. Absent: the first. */
  readonly scrollTurn?: string;
}

/** All that a view shows; sent when it opens and whenever another conversation or another branch of it is shown. */
export interface ViewState {
  readonly conversation: string;
  readonly title: string;
  /** The branch that is shown. */
  readonly turns: readonly ViewTurn[];
  /** The summary that was written by hand after the last turn; the next question takes it over. */
  readonly compacted?: string;
  readonly activity: ViewActivity;
  /** A quiet line under the conversation, as how it came back after a reload; empty: none. It goes with the next question. */
  readonly note: string;
  readonly pending: readonly ViewAttachment[];
  readonly model: ViewModelState;
  readonly index: ViewIndexState;
  readonly useContext: boolean;
}

/** What became of a line that was typed: a question begins and says nothing, a command such as /help may. */
export interface AskReply {
  readonly text?: string;
}

type ChatRequests = {
  /** The first call of a fresh view. Events come from then on. */
  ready: [params: Record<string, never>, result: ViewState];
  /** A question, or a command such as /compact. Replies when the answer has begun, or the command has ended. */
  ask: [params: { text: string }, result: AskReply];
  stop: [params: Record<string, never>, result: void];
  /** Asks a changed question in the place of an earlier one; the old branch stays. Replies when the answer has begun. */
  edit: [params: { turn: string; text: string }, result: void];
  /** Answers an earlier question once more; the old answer stays as a branch. Replies when the answer has begun. */
  regenerate: [params: { turn: string }, result: void];
  /** Shows the branch that the turn is in. */
  selectBranch: [params: { turn: string }, result: void];
  /** Opens a tab with a new conversation that goes on from the turn. */
  branchInTab: [params: { turn: string }, result: void];
  /** Computes an answer again. Replies at the end; the turn shows what came of it. */
  reproduce: [params: { turn: string }, result: void];
  removeAttachment: [params: { index: number }, result: void];
  setContext: [params: { enabled: boolean }, result: void];
  action: [params: { action: ViewAction; turn?: string }, result: void];
};

/** What the shell serves to the webview, which serves nothing. A request that cannot be served rejects with the reason. */
export interface ShellContract extends Contract {
  requests: ChatRequests & ComposerRequests & CodeRequests & ConversationRequests;
  streams: NoMembers;
  /** What the shell pushes into the webview. */
  events: ConversationEvents & {
    state: ViewState;
    turn: ViewTurn;
    text: { turn: string; text: string };
    prefill: { turn: string } & ViewPrefill;
    notice: { turn: string; text: string };
    /** What of a turn's citations has changed since, in their order; null: nothing. */
    citationChanges: { turn: string; changes: readonly (NonNullable<ViewCitation["changed"]> | null)[] };
    compacting: { turn: string; turns: number };
    activity: ViewActivity;
    note: string;
    pending: readonly ViewAttachment[];
    useContext: boolean;
    model: ViewModelState;
    index: ViewIndexState;
    focusInput: Record<string, never>;
  };
}
