import assert from "node:assert/strict";
import * as vscode from "vscode";
import type packageJson from "../../package.json";
import type { HearthApi } from "../../src/vscode/api";
import type { ChatController } from "../../src/vscode/chatController";
import type { ViewTurn } from "../../src/webview/protocol";

/** The extension as this source tree has it. */
export function extension(): vscode.Extension<HearthApi> {
  const found = vscode.extensions.getExtension<HearthApi>("hearth.hearth");
  assert.ok(found, "the extension is installed");
  return found;
}

/** What the extension exports, once it is active. */
export async function hearth(): Promise<HearthApi> {
  return extension().activate();
}

/** The manifest that the editor read. */
export function manifest(): Pick<typeof packageJson, "contributes"> {
  return extension().packageJSON as typeof packageJson;
}

/** Asks until it is so; throws after `limitMs`. */
export async function until(name: string, isSo: () => boolean, limitMs = 60_000): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`Waited ${limitMs / 1000} s for ${name}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Sets a value in the workspace's settings; undefined takes it away. */
export async function set(key: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration("hearth").update(key, value, vscode.ConfigurationTarget.Workspace);
}

/** The last turn of a chat. */
export function lastTurn(chat: ChatController): ViewTurn {
  const turn = chat.state.turns.at(-1);
  assert.ok(turn, "the chat has a turn");
  return turn;
}

/** Asks and resolves with the turn when its answer has ended. */
export async function ask(chat: ChatController, question: string): Promise<ViewTurn> {
  await chat.ask(question);
  await chat.idle;
  return lastTurn(chat);
}

/** The stats of an answer that came to its end. */
export function statsOf(turn: ViewTurn) {
  assert.ok(turn.status.kind === "done", JSON.stringify(turn.status));
  return turn.status.stats;
}
