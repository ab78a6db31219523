import assert from "node:assert/strict";
import * as vscode from "vscode";
import { ask, hearth, lastTurn, statsOf, until } from "./hearth";
import { engineProcess } from "./engineProcess";

describe("chat (random weights)", () => {
  it("explains the selection with its path, lines and language", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const editor = await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, "src", "zones.ts"));
    editor.selection = new vscode.Selection(5, 0, 8, 1);
    await vscode.commands.executeCommand("hearth.explainSelection");
    const chat = await (await hearth()).sidebar();
    await until("the question", () => chat.state.turns.length === 1);
    await chat.idle;
    const turn = lastTurn(chat);
    assert.deepEqual(turn.attachments, [{ path: "src/zones.ts", startLine: 6, endLine: 9, language: "typescript" }]);
    assert.ok(statsOf(turn).generatedTokens > 0);
  });

  it("evaluates only what is new at a follow-up", async () => {
    const chat = await (await hearth()).sidebar();
    const before = statsOf(lastTurn(chat));
    const after = statsOf(await ask(chat, "Which postcodes are islands?"));
    assert.ok(after.reusedTokens >= before.reusedTokens + before.evaluatedTokens + before.generatedTokens - 1);
  });

  it("answers again, with its history, after the engine was killed", async () => {
    const chat = await (await hearth()).sidebar();
    const turns = chat.state.turns.length;
    process.kill(await engineProcess(), "SIGKILL");
    await until("the loss to be noticed", () => chat.state.model.kind !== "ready");
    const turn = await ask(chat, "Are you still there?");
    const { generatedTokens, evaluatedTokens } = statsOf(turn);
    assert.ok(generatedTokens > 0 && evaluatedTokens > 0);
    assert.equal(chat.state.turns.length, turns + 1);
  });

  it("tells of an engine that is killed in mid-answer, and answers the next question", async () => {
    const chat = await (await hearth()).sidebar();
    const settings = vscode.workspace.getConfiguration("hearth");
    await settings.update("maxTokens", 4000, vscode.ConfigurationTarget.Workspace);
    await chat.ask("Tell me everything about parcels.");
    await until("some text", () => lastTurn(chat).answer !== "");
    process.kill(await engineProcess(), "SIGKILL");
    await chat.idle;
    assert.equal(lastTurn(chat).status.kind, "failed");
    await settings.update("maxTokens", 24, vscode.ConfigurationTarget.Workspace);
    assert.ok(statsOf(await ask(chat, "And now?")).generatedTokens > 0);
  });
});
