import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { takeTyped } from "../../../src/vscode/typedText";

/** What a chat was asked to do with a line, or why it refused it. */
async function typed(line: string): Promise<readonly string[]> {
  const done: string[] = [];
  const note = (what: string) => () => Promise.resolve(void done.push(what));
  const chat = { ask: (text: string) => note(`ask ${text}`)(), compact: note("compact"), clear: note("clear") };
  await takeTyped(chat, line).catch((error: unknown) => done.push(error instanceof HearthError ? error.message : String(error)));
  return done;
}

describe("a line that is typed in the chat", () => {
  const lines: readonly [line: string, outcome: string][] = [
    ["Why?", "ask Why?"],
    ["!important stays in CSS?", "ask !important stays in CSS?"],
    ["/etc/hosts: who reads it?", "ask /etc/hosts: who reads it?"],
    ["/compact", "compact"],
    ["/CLEAR", "clear"],
    ["/clear all", "/clear takes no arguments."],
    ["/help me", "/help takes no arguments."],
    ["/set top-k 4", 'The chat has no command "/set".'],
    ["/nosuch", 'The chat has no command "/nosuch".'],
  ];
  for (const [line, outcome] of lines) it(`"${line}" comes to: ${outcome}`, async () => assert.deepEqual(await typed(line), [outcome]));
});
