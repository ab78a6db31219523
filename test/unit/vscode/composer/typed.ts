import { describeError } from "../../../../src/common/errors";
import { type PromptFiles, readPromptFiles } from "../../../../src/chat/promptFiles";
import type { Attachment } from "../../../../src/chat/types";
import { ownNames } from "../../../../src/vscode/composer/chatCommands";
import { takeTyped } from "../../../../src/vscode/typedText";

export const selected: Attachment = { path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "let a;\nlet b;", source: "selection" };
export const whole: Attachment = { path: "b.ts", startLine: 1, endLine: 1, language: "typescript", text: "let c;" };

/** Prompt files by name and text. */
export function promptFiles(texts: Readonly<Record<string, string>>): PromptFiles {
  const sources = Object.entries(texts).map(([name, text]) => ({ path: `.hearth/prompts/${name}`, text }));
  return readPromptFiles(sources, ownNames);
}

export interface Place {
  readonly selection?: Attachment;
  readonly file?: Attachment;
  readonly pending?: readonly Attachment[];
  readonly prompts?: PromptFiles;
}

/** What a chat was asked to do with a line: `name: detail` rows, or the reason why it refused it. */
export async function typed(line: string, place: Place = {}): Promise<readonly string[]> {
  const done: string[] = [];
  const note = (what: string) => Promise.resolve(void done.push(what));
  const chat = {
    pending: place.pending ?? [],
    ask: (text: string, extra: readonly Attachment[] = []) => note([`ask ${text}`, ...extra.map(({ path }) => path)].join(" + ")),
    compact: () => note("compact"),
    clear: () => note("clear"),
    startNew: () => note("new"),
  };
  const services = {
    editor: { selection: () => place.selection, file: () => place.file, execute: (command: string) => note(`command ${command}`) },
    prompts: () => Promise.resolve(place.prompts ?? { prompts: [], bad: [] }),
    attachNamed: (name: string) => Promise.resolve([{ ...whole, path: `named ${name}` }]),
  };
  try {
    const { text } = await takeTyped(chat, line, services);
    return text === undefined ? done : [...done, text];
  } catch (error) {
    return [...done, describeError(error)];
  }
}
