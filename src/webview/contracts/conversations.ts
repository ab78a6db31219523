/** A row of the history. */
export interface ViewConversation {
  readonly id: string;
  readonly title: string;
  /** Unix time, ms. */
  readonly updatedAt: number;
  readonly turns: number;
  readonly pinned: boolean;
  /** Name of the workspace it belongs to; absent: this one. */
  readonly workspace?: string;
  /** It is shown in this view now, or in another one. */
  readonly open: boolean;
}

export type ViewContextPartKind = "system" | "rules" | "summary" | "code" | "attachments" | "history" | "question" | "answer" | "free";

/** A part of what the model sees, in the order in which it stands there; `answer` is what is kept for the next answer. */
export interface ViewContextPart {
  readonly kind: ViewContextPartKind;
  /** A file of rules, a question; empty for parts that there is one of. */
  readonly label: string;
  readonly tokens: number;
  /** The exact text that is sent, without the marks of the model's format; absent where there is none, as for what is free. */
  readonly text?: string;
  readonly turn?: string;
}

export interface ViewContext {
  readonly contextSize: number;
  /** The tokens are estimates: a server makes the prompt of these parts. */
  readonly estimated?: boolean;
  readonly parts: readonly ViewContextPart[];
}

export type ConversationRequests = {
  /** Those whose title and questions have all words of the query, newest first, pinned ones before them. `all`: those of other workspaces, too. */
  history: [params: { query: string; all: boolean }, result: readonly ViewConversation[]];
  /** Shows a stored conversation in this view or in a tab; one that is on screen is brought to the front. One of another workspace is copied into this one. */
  openConversation: [params: { id: string; inTab: boolean }, result: void];
  /** An empty title: the first question names it again. */
  renameConversation: [params: { id: string; title: string }, result: void];
  pinConversation: [params: { id: string; pinned: boolean }, result: void];
  /** It can be taken back with `restoreConversation`. A view that shows it shows a new one. */
  deleteConversation: [params: { id: string }, result: void];
  restoreConversation: [params: { id: string }, result: void];
  /** Asks where to. */
  exportConversation: [params: { id: string; format: "markdown" | "json" }, result: void];
  /** Asks which file. Null: none was picked. */
  importConversation: [params: Record<string, never>, result: { readonly id: string; readonly title: string } | null];
  newConversation: [params: Record<string, never>, result: void];
  /** What the next question would find in the context; null while no model is loaded. */
  context: [params: Record<string, never>, result: ViewContext | null];
  /** Removes a question with its answer and all that follows from it; asks first. */
  deleteTurn: [params: { turn: string }, result: void];
  /** Asks which model, then answers once more with it. */
  regenerateWith: [params: { turn: string }, result: void];
};

export type ConversationEvents = {
  /** Opens the history over the chat. */
  showHistory: Record<string, never>;
  /** Opens the context view over the chat. */
  showContext: Record<string, never>;
  /** The list of stored conversations may be another one. */
  historyChanged: Record<string, never>;
  /** Of the conversation that is shown. */
  title: string;
};
