import type { Handlers } from "../../src/common/rpc";
import type { ShellContract, ViewState, ViewStats, ViewTurn } from "../../src/webview/protocol";

const nothing = () => undefined;

/** A shell that finds nothing and does nothing. */
export function quietShell(): Handlers<ShellContract> {
  return {
    ready: () => emptyState(),
    ask: () => ({}),
    stop: nothing, edit: nothing, regenerate: nothing, selectBranch: nothing, branchInTab: nothing, reproduce: nothing,
    removeAttachment: nothing, setContext: nothing, action: nothing, insertCode: nothing, openRange: nothing,
    applyCode: nothing, newFile: nothing, runInTerminal: nothing,
    resolveLinks: ({ texts }) => texts.map(() => null),
    preview: () => null,
    mentions: () => [], addMention: nothing, dropFiles: nothing, pasteCode: () => false, slashCommands: () => [], draftSize: () => null,
    draft: () => null, keepDraft: nothing,
    history: () => [], openConversation: nothing, renameConversation: nothing, pinConversation: nothing, deleteConversation: nothing,
    restoreConversation: nothing, exportConversation: nothing, importConversation: () => null, newConversation: nothing,
    context: () => null,
    deleteTurn: nothing, regenerateWith: nothing,
  };
}

/** A new conversation, with a model and an index that are ready. */
export function emptyState(part: Partial<ViewState> = {}): ViewState {
  return {
    conversation: "c1",
    title: "Chat",
    turns: [],
    activity: { kind: "none" },
    note: "",
    pending: [],
    model: { kind: "ready", model: "phi3-mini", device: "CPU, 2 threads", contextSize: 4096 },
    index: { kind: "ready", files: 1204, chunks: 9000 },
    useContext: true,
    ...part,
  };
}

export const someStats: ViewStats = {
  reusedTokens: 1812,
  restoredTokens: 0,
  evaluatedTokens: 45,
  generatedTokens: 120,
  timeToFirstTokenMs: 412,
  tokensPerSecond: 12.34,
  model: "phi3-mini (0123456789ab)",
  device: "CPU",
  reproducible: true,
  sampler: "top-p, temperature 0.7, top-p 0.95",
  seed: 42,
  stopReason: "end",
};

/** A turn that is answered. */
export function someTurn(part: Partial<ViewTurn> = {}): ViewTurn {
  return {
    id: "t1",
    question: "How is the quickest route found?",
    attachments: [],
    answer: "By **Dijkstra's** algorithm.",
    citations: [],
    notices: [],
    status: { kind: "done", stats: someStats },
    dropped: false,
    withoutCode: false,
    ...part,
  };
}

export const runningTurn = { status: { kind: "running" }, answer: "" } as const;
