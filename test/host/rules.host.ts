import assert from "node:assert/strict";
import * as vscode from "vscode";
import { ask, hearth, until } from "./hearth";

describe("rules of the workspace (random weights)", () => {
  it("stand in the system prompt from the question after they are written until they are gone", async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const files = { "AGENTS.md": "Parcels are never lost.", ".hearth/rules/tone.md": "Be polite." };
    for (const [name, text] of Object.entries(files)) await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(folder.uri, name), Buffer.from(text));
    const api = await hearth();
    await until("the rules", () => api.rules().length === 2);
    assert.match(await systemOf("Where is it?"), /Rules of this workspace, from AGENTS\.md:\n\nParcels are never lost\.\n\nRules of this workspace, from \.hearth\/rules\/tone\.md:\n\nBe polite\.$/);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, ".hearth"), { recursive: true });
    await until("the folder's end", () => api.rules().length === 1);
    await vscode.workspace.fs.delete(vscode.Uri.joinPath(folder.uri, "AGENTS.md"));
    await until("their end", () => api.rules().length === 0);
    assert.doesNotMatch(await systemOf("And now?"), /Rules of this workspace/);

    async function systemOf(question: string): Promise<string> {
      const chat = await api.sidebar();
      await ask(chat, question);
      const { turns, leaf } = chat.conversation;
      const status = turns.find(({ id }) => id === leaf)?.status;
      assert.ok(status?.kind === "done", JSON.stringify(status));
      return status.record.system ?? "";
    }
  });
});
