import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { type EmptyContract, type Handlers, portPair, type RequestHandlers, RpcPeer } from "../../../src/common/rpc";
import { ChatApp } from "../../../src/webview/chatApp";
import type { CodeRequests, ComposerRequests, ConversationRequests, SavedView, ShellContract, ViewState, ViewStats, ViewTurn } from "../../../src/webview/protocol";
import { ViewStore } from "../../../src/webview/viewStore";

export const stats: ViewStats = {
  reusedTokens: 1812,
  restoredTokens: 0,
  evaluatedTokens: 45,
  generatedTokens: 120,
  timeToFirstTokenMs: 412,
  tokensPerSecond: 12.34,
  model: "phi3-mini (0123456789ab)",
  device: "CPU",
  reproducible: true,
  sampler: "top-p, temperature 0.7",
  seed: 42,
  stopReason: "end",
};

export function turn(part: Partial<ViewTurn> = {}): ViewTurn {
  return {
    id: "t1",
    question: "Why <b>?",
    attachments: [],
    answer: "Because **so**.",
    citations: [],
    notices: [],
    status: { kind: "done", stats },
    dropped: false,
    withoutCode: false,
    ...part,
  };
}

export const running = { status: { kind: "running" }, answer: "" } as const;

export function state(part: Partial<ViewState> = {}): ViewState {
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

type Note = (name: string) => (params: unknown) => void;

/** What the shell answers where a test asks for nothing else. */
function composerReplies(note: Note): RequestHandlers<ComposerRequests> {
  return {
    mentions: () => [],
    addMention: note("addMention"),
    dropFiles: note("dropFiles"),
    pasteCode: () => false,
    slashCommands: () => [],
    draftSize: () => null,
    draft: () => null,
    keepDraft: () => undefined,
  };
}

function codeReplies(note: Note): RequestHandlers<Omit<CodeRequests, "insertCode" | "openRange">> {
  return {
    applyCode: note("applyCode"),
    newFile: note("newFile"),
    runInTerminal: note("runInTerminal"),
    resolveLinks: ({ texts }) => texts.map(() => null),
    preview: () => null,
  };
}

function conversationReplies(note: Note): RequestHandlers<ConversationRequests> {
  return {
    history: () => [],
    openConversation: note("openConversation"),
    renameConversation: note("renameConversation"),
    pinConversation: note("pinConversation"),
    deleteConversation: note("deleteConversation"),
    restoreConversation: note("restoreConversation"),
    exportConversation: note("exportConversation"),
    importConversation: () => null,
    newConversation: note("newConversation"),
    context: () => null,
    deleteTurn: note("deleteTurn"),
    regenerateWith: note("regenerateWith"),
  };
}

/** A view on a shell that notes what is asked of it. */
export async function open(shown: ViewState = state(), saved: SavedView = {}, refuse = false, replies: Partial<Handlers<ShellContract>> = {}) {
  const asked: [name: string, params: unknown][] = [];
  const note = (name: string) => (params: unknown) => void asked.push([name, params]);
  const [a, b] = portPair();
  const shell = new RpcPeer<ShellContract, EmptyContract>(a, {
    ready: () => shown,
    ask: (params) => {
      if (refuse) throw new HearthError("bad-use", "Hearth is still answering.", { remedy: "Wait." });
      note("ask")(params);
      return params.text === "/help" ? { text: "/clear  forgets" } : {};
    },
    edit: (params) => {
      if (refuse) throw new HearthError("bad-use", "Hearth is still answering.", { remedy: "Wait." });
      note("edit")(params);
    },
    regenerate: note("regenerate"),
    selectBranch: note("selectBranch"),
    branchInTab: note("branchInTab"),
    reproduce: note("reproduce"),
    stop: note("stop"),
    removeAttachment: note("removeAttachment"),
    openRange: note("openRange"),
    setContext: note("setContext"),
    action: note("action"),
    insertCode: note("insertCode"),
    ...composerReplies(note),
    ...codeReplies(note),
    ...conversationReplies(note),
    ...replies,
  });
  let memory: unknown = saved;
  const store = new ViewStore({ getState: () => memory, setState: (value) => (memory = value) });
  await new ChatApp(document.body, b, store).start();
  return { shell, asked, saved: () => memory as SavedView };
}

export function find<T extends Element = HTMLElement>(selector: string): T {
  const found = document.querySelector<T>(selector);
  assert.ok(found, `${selector} is in the page`);
  return found;
}

export function all(selector: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(selector)];
}

export function labelled(label: string): HTMLButtonElement {
  return find<HTMLButtonElement>(`button[aria-label="${label}"]`);
}

export function type(text: string): HTMLTextAreaElement {
  const input = find<HTMLTextAreaElement>("textarea");
  input.value = text;
  input.dispatchEvent(new window.Event("input"));
  return input;
}

export function press(target: EventTarget, key: string, init: KeyboardEventInit = {}): boolean {
  return target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }));
}
