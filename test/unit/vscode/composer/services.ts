import { HearthError } from "../../../../src/common/errors";
import type { Attachment } from "../../../../src/chat/types";
import type { ComposerServices } from "../../../../src/vscode/composer/composerHandlers";
import { chatSettings, FakeModel } from "../../chat/fakes";

export const attachment: Attachment = { path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "one\ntwo" };

/** A composer over nothing: no files, no prompts, no model. */
export function composerServices(over: Partial<ComposerServices> = {}): ComposerServices {
  return {
    mentions: {
      rows: () => Promise.resolve([]),
      resolve: () => Promise.reject(new HearthError("bad-use", "Nothing is selected.")),
    },
    attachDropped: () => Promise.resolve(),
    copiedCode: () => undefined,
    drafts: { get: () => undefined, set: () => Promise.resolve() },
    draft: { model: new FakeModel(), settings: () => chatSettings },
    editor: { selection: () => undefined, file: () => undefined, execute: () => Promise.resolve() },
    prompts: () => Promise.resolve({ prompts: [], bad: [] }),
    attachNamed: () => Promise.resolve([]),
    ...over,
  };
}
