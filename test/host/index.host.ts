import assert from "node:assert/strict";
import * as vscode from "vscode";
import { hearth, until } from "./hearth";

async function readyIndex() {
  const { index } = (await hearth()).assistant;
  assert.ok(index, "a workspace has an index");
  await until("the index", () => index.status.kind === "ready");
  return index;
}

describe("the index of the workspace", () => {
  it("gets ready by itself, and finds code", async () => {
    const index = await readyIndex();
    const [best] = await index.retrieve({ text: "check digit of a tracking number", limit: 5 });
    assert.equal(best?.path, "src/trackingNumber.ts");
  });

  it("leaves out what .gitignore names", async () => {
    const index = await readyIndex();
    const found = await index.retrieve({ text: "ignoredSecretCheckDigit", limit: 50 });
    assert.deepEqual(found.filter(({ path }) => path.startsWith("local/")), []);
  });

  it("follows a file that is saved", async () => {
    const index = await readyIndex();
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const file = vscode.Uri.joinPath(folder.uri, "src", "insurance.ts");
    await vscode.workspace.fs.writeFile(file, Buffer.from("/** Insures a parcel against moths. */\nexport function insureAgainstMoths(): void {}\n"));
    let found = false;
    await until("the new file in the index", () => {
      void index.retrieve({ text: "insureAgainstMoths", limit: 3 }).then((chunks) => (found ||= chunks[0]?.path === "src/insurance.ts"));
      return found;
    });
  });
});
