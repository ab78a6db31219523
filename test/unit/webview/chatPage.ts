import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { type EmptyContract, type Handlers, portPair, RpcPeer } from "../../../src/common/rpc";
import { ChatApp } from "../../../src/webview/chatApp";
import type { SavedView, ShellContract, ViewState, ViewStats, ViewTurn } from "../../../src/webview/protocol";
import { ViewStore } from "../../../src/webview/viewStore";
import { emptyState, quietShell, someStats, someTurn } from "../../fixtures/quietShell";

export const stats: ViewStats = { ...someStats, sampler: "top-p, temperature 0.7" };

export function turn(part: Partial<ViewTurn> = {}): ViewTurn {
  return someTurn({ question: "Why <b>?", answer: "Because **so**.", status: { kind: "done", stats }, ...part });
}

export { runningTurn as running, emptyState as state } from "../../fixtures/quietShell";

/** Requests that change something: they are noted. */
const noted = [
  "regenerate", "selectBranch", "branchInTab", "reproduce", "stop", "removeAttachment", "openRange", "setContext", "action",
  "insertCode", "addMention", "dropFiles", "applyCode", "newFile", "runInTerminal", "openConversation", "renameConversation",
  "pinConversation", "deleteConversation", "restoreConversation", "exportConversation", "newConversation", "deleteTurn",
  "regenerateWith",
] as const satisfies readonly (keyof ShellContract["requests"])[];

/** A view on a shell that notes what is asked of it. */
export async function open(shown: ViewState = emptyState(), saved: SavedView = {}, refuse = false, replies: Partial<Handlers<ShellContract>> = {}) {
  const asked: [name: string, params: unknown][] = [];
  const note = (name: string) => (params: unknown) => void asked.push([name, params]);
  const [a, b] = portPair();
  const shell = new RpcPeer<ShellContract, EmptyContract>(a, {
    ...quietShell(),
    ...Object.fromEntries(noted.map((name) => [name, note(name)])),
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
