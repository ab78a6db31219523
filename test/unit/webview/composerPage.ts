import type { RequestHandlers } from "../../../src/common/rpc";
import { Composer } from "../../../src/webview/composer/composer";
import type { ComposerRequests, ViewAttachment, ViewMention } from "../../../src/webview/protocol";
import type { ShellRequest } from "../../../src/webview/shell";
import { find, state } from "./chatPage";
import { until } from "./page";

type Replies = { [K in keyof ComposerRequests]: (params: ComposerRequests[K][0]) => ComposerRequests[K][1] | undefined | Promise<ComposerRequests[K][1] | undefined> };

export const appFile: ViewMention = { kind: "file", id: "src/app.ts", label: "app.ts", detail: "src" };
export const symbols: ViewMention = { kind: "symbol", id: "", label: "Symbols", opens: true };

export function attachment(part: Partial<ViewAttachment> = {}): ViewAttachment {
  return { path: "src/app.ts", startLine: 3, endLine: 9, language: "typescript", ...part };
}

/** A composer alone, on a shell that notes what is asked of it. A request without a reply has failed and told so. */
export function openComposer(replies: Partial<Replies> = {}, shown = state()) {
  const asked: [name: string, params: unknown][] = [];
  const drafts: string[] = [];
  const known: Partial<RequestHandlers<ComposerRequests>> = replies as Partial<RequestHandlers<ComposerRequests>>;
  const request = (name: keyof ComposerRequests, params: never): Promise<unknown> => {
    asked.push([name, params]);
    return Promise.resolve((known[name] as ((given: never) => unknown) | undefined)?.(params));
  };
  const composer = new Composer(
    {
      ask: (text) => {
        asked.push(["ask", text]);
        return Promise.resolve(true);
      },
      stop: () => void asked.push(["stop", {}]),
      removeAttachment: (index) => void asked.push(["removeAttachment", index]),
      setContext: (enabled) => void asked.push(["setContext", enabled]),
      request: request as unknown as ShellRequest,
    },
    (draft) => void drafts.push(draft),
  );
  document.body.append(composer.element);
  composer.show(shown);
  const requests = (name: string) => asked.filter(([one]) => one === name).map(([, params]) => params);
  return { composer, asked, requests, drafts, input: find<HTMLTextAreaElement>("textarea") };
}

/** Puts a text and the caret as typing does. */
export function write(input: HTMLTextAreaElement, text: string, caret = text.length): void {
  input.value = text;
  input.setSelectionRange(caret, caret);
  input.dispatchEvent(new window.Event("input"));
}

export function options(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>('.suggestions:not([hidden]) [role="option"]')];
}

export function labels(): string[] {
  return options().map((option) => option.querySelector(".suggestion-label")?.textContent ?? "");
}

export async function optionsShown(count: number): Promise<void> {
  await until(`${count} rows`, () => options().length === count);
}

export function active(): string | undefined {
  return document.querySelector('[aria-selected="true"] .suggestion-label')?.textContent ?? undefined;
}

/** Lets what is on its way arrive. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}


