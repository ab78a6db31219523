import assert from "node:assert/strict";
import { chmod, rm } from "node:fs/promises";
import * as vscode from "vscode";
import { ModelEdits } from "../../src/vscode/edits/modelEdits";
import { proposalScheme } from "../../src/vscode/edits/proposalFiles";
import type { Review } from "../../src/vscode/edits/review";
import { RunningRequests } from "../../src/vscode/runningRequests";
import { chatSettings, FakeModel } from "../unit/chat/fakes";
import { hearth, until } from "./hearth";

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}

const original = lines("one", "two", "three", "four", "five", "six", "seven");
const proposed = lines("one", "TWO", "three", "four", "five", "SIX", "six and a half", "seven");

describe("a proposed change", () => {
  let uri: vscode.Uri;
  let count = 0;

  beforeEach(async () => {
    uri = await newFile(`parcel${++count}.ts`, original);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until("all tabs to close", () => tabs().length === 0);
  });

  it("is shown as a diff and touches nothing", async () => {
    const review = await propose(uri, proposed);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    assert.ok(input instanceof vscode.TabInputTextDiff);
    assert.deepEqual([input.original.toString(), input.modified.scheme], [uri.toString(), proposalScheme]);
    assert.equal(textOf(review.uri), proposed);
    assert.equal(await onDisk(uri), original);
    assert.equal((await vscode.workspace.openTextDocument(uri)).isDirty, false);
  });

  it("is accepted as a whole by one edit, which one undo takes back", async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    let edits = 0;
    const listener = vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document === document && event.contentChanges.length > 0) edits++;
    });
    await propose(uri, proposed);
    await vscode.commands.executeCommand("hearth.acceptAllChanges");
    await until("the diff to close", () => diffs().length === 0);
    assert.deepEqual([document.getText(), edits], [proposed, 1]);
    await until("the file in front", () => vscode.window.activeTextEditor?.document === document);
    await vscode.commands.executeCommand("undo");
    await until("the text of before", () => document.getText() === original);
    listener.dispose();
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("is accepted by hunk at the cursor, and the diff closes with the last", async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    const review = await propose(uri, proposed);
    moveTo(review.uri, 5);
    await vscode.commands.executeCommand("hearth.acceptChange");
    assert.equal(document.getText(), original.replace("six\n", "SIX\nsix and a half\n"));
    assert.equal(review.hunks.length, 1);
    assert.equal(diffs().length, 1);
    moveTo(review.uri, 1);
    await vscode.commands.executeCommand("hearth.acceptChange");
    await until("the diff to close", () => diffs().length === 0);
    assert.equal(document.getText(), proposed);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("shows a change again that was accepted and undone", async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    const review = await propose(uri, proposed);
    moveTo(review.uri, 1);
    await vscode.commands.executeCommand("hearth.acceptChange");
    assert.equal(review.hunks.length, 1);
    await replaceAll(document, original);
    await until("both changes", () => review.hunks.length === 2);
    assert.equal(textOf(review.uri), proposed);
    await vscode.commands.executeCommand("hearth.acceptAllChanges");
    await until("the diff to close", () => diffs().length === 0);
    assert.equal(document.getText(), proposed);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("is rejected by hunk and as a whole, and the file stays as it is", async () => {
    const review = await propose(uri, proposed);
    moveTo(review.uri, 1);
    await vscode.commands.executeCommand("hearth.rejectChange");
    await until("the proposal without it", () => textOf(review.uri) === proposed.replace("TWO", "two"));
    await vscode.commands.executeCommand("hearth.rejectAllChanges");
    await until("the diff to close", () => diffs().length === 0);
    assert.equal(await onDisk(uri), original);
    assert.equal((await vscode.workspace.openTextDocument(uri)).isDirty, false);
  });

  it("closes when the last change is rejected", async () => {
    const review = await propose(uri, original.replace("two", "TWO"));
    moveTo(review.uri, 1);
    await vscode.commands.executeCommand("hearth.rejectChange");
    await until("the diff to close", () => diffs().length === 0);
    assert.equal(await onDisk(uri), original);
  });

  it("can be changed by hand, and closes without a question", async () => {
    const review = await propose(uri, proposed);
    const side = documentOf(review.uri);
    await replaceAll(side, proposed.replace("TWO", "Two"));
    await until("what was changed to be saved", () => !side.isDirty);
    assert.equal(side.getText(), proposed.replace("TWO", "Two"), "it is saved as it was written");
    moveTo(review.uri, 1);
    await vscode.commands.executeCommand("hearth.acceptChange");
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(), original.replace("two", "Two"));
    await vscode.commands.executeCommand("hearth.rejectAllChanges");
    await until("the diff to close", () => diffs().length === 0);
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("takes over what is changed in the file meanwhile, and refuses what no longer fits", async () => {
    const document = await vscode.workspace.openTextDocument(uri);
    const review = await propose(uri, proposed);
    await replaceAll(document, original.replace("two", "2").replace("four", "FOUR"));
    await until("the proposal to follow", () => textOf(review.uri).includes("FOUR"));
    await vscode.commands.executeCommand("hearth.acceptAllChanges");
    assert.equal(document.getText(), lines("one", "2", "three", "FOUR", "five", "SIX", "six and a half", "seven"));
    assert.equal(review.hunks.length, 1);
    moveTo(review.uri, 1);
    await assert.rejects((await hearth()).reviews.acceptChange(), /These lines have changed/);
    await vscode.commands.executeCommand("hearth.rejectChange");
    await until("the diff to close", () => diffs().length === 0);
    await until("the file in front", () => vscode.window.activeTextEditor?.document === document);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("keeps Windows line ends and a byte order mark", async () => {
    const windows = await newFile("windows.ts", `\uFEFF${original.replaceAll("\n", "\r\n")}`);
    await propose(windows, proposed);
    await vscode.commands.executeCommand("hearth.acceptAllChanges");
    await until("the diff to close", () => diffs().length === 0);
    const document = await vscode.workspace.openTextDocument(windows);
    await document.save();
    assert.equal(await onDisk(windows), `\uFEFF${proposed.replaceAll("\n", "\r\n")}`);
  });

  const texts: readonly [name: string, before: string, after: string][] = [
    ["an empty file", "", "a\nb\n"],
    ["a file that becomes empty", "a\n", ""],
    ["no end of the last line", "a\nb", "a\nB"],
    ["an end of the last line that comes", "a\nb", "a\nb\n"],
    ["an end of the last line that goes", "a\nb\n", "a\nb"],
  ];
  for (const [name, before, after] of texts) {
    it(`fits ${name}`, async () => {
      // A name of its own: the editor may not have read a file again that was written over.
      const file = await newFile(`edge${++count}.txt`, before);
      await propose(file, after);
      await vscode.commands.executeCommand("hearth.acceptAllChanges");
      const document = await vscode.workspace.openTextDocument(file);
      await until("the change", () => document.getText() === after);
      await document.save();
    });
  }

  it("of a file that is not saved yet works the same", async () => {
    const document = await vscode.workspace.openTextDocument({ content: original, language: "python" });
    const review = await propose(document.uri, proposed);
    await until("its language", () => documentOf(review.uri).languageId === "python");
    await vscode.commands.executeCommand("hearth.acceptAllChanges");
    await until("the diff to close", () => diffs().length === 0);
    assert.equal(document.getText(), proposed);
    await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
  });

  it("gives way to a newer one for the same file", async () => {
    await propose(uri, proposed);
    const second = await propose(uri, original.replace("one", "ONE"));
    assert.equal(diffs().length, 1);
    assert.equal((await hearth()).reviews.active, second);
  });

  it("is refused for files that are read-only, gone, or have the code already", async () => {
    await assert.rejects(propose(uri, original), /already has this code/);
    await chmod(uri.fsPath, 0o444);
    await assert.rejects(propose(uri, proposed), /is read-only/);
    await chmod(uri.fsPath, 0o644);
    const review = await propose(uri, proposed);
    await rm(uri.fsPath);
    moveTo(review.uri, 1);
    await assert.rejects((await hearth()).reviews.acceptChange(), /is not there any more/);
    await assert.rejects(propose(vscode.Uri.joinPath(uri, "..", "never.ts"), proposed), /is not there any more/);
  });
});

describe("a change that a model writes", () => {
  const script = "word(); ".repeat(40);
  let uri: vscode.Uri;
  let count = 0;

  beforeEach(async () => {
    uri = await newFile(`written${++count}.ts`, original);
  });

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await until("all tabs to close", () => tabs().length === 0);
  });

  async function write(model: FakeModel, edits: ModelEdits): Promise<void> {
    model.contextSize = 2000;
    const document = await vscode.workspace.openTextDocument(uri);
    await edits.run({ document, range: { start: 1, end: 3 }, instruction: "Say it in words.", title: "Writing" });
  }

  async function editing(): Promise<{ readonly model: FakeModel; readonly edits: ModelEdits }> {
    const model = new FakeModel();
    model.script = script;
    const { reviews } = await hearth();
    return { model, edits: new ModelEdits({ model, settings: () => chatSettings, reviews, requests: new RunningRequests() }) };
  }

  it("is shown as a diff at its end, and the file is untouched", async () => {
    const { model, edits } = await editing();
    await write(model, edits);
    const { active } = (await hearth()).reviews;
    assert.ok(active);
    await until("the whole answer", () => (textOf(active.uri).match(/word/g)?.length ?? 0) === 40);
    assert.match(textOf(active.uri), /^one\n[^]*\nfour\nfive\nsix\nseven\n$/);
    assert.equal(await onDisk(uri), original);
    assert.equal(model.forgotten.length, 1);
  });

  it("is refused to be accepted while it comes, and stops when it is told to", async () => {
    const { model, edits } = await editing();
    let tokens = 0;
    let refusal: Promise<unknown> | undefined;
    model.beforeToken = () => {
      if (++tokens === 15) refusal = hearth().then(({ reviews }) => reviews.acceptAll()).then(() => "accepted", String);
      if (tokens === 20) edits.stop();
    };
    await write(model, edits);
    assert.match(String(await refusal), /still being written|No proposed change/);
    assert.ok(tokens < 40, `${tokens} tokens`);
    assert.equal(await onDisk(uri), original);
    assert.equal(diffs().length, 1, "what had come is proposed");
  });

  it("says so when the model wrote no code, and shows nothing", async () => {
    const { model, edits } = await editing();
    model.script = "I would rather not change this.";
    await assert.rejects(write(model, edits), /without any code/);
    assert.equal(diffs().length, 0);
  });
});

async function propose(uri: vscode.Uri, text: string): Promise<Review> {
  const review = await (await hearth()).reviews.open(uri, text);
  await until("the proposal's side", () => vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === review.uri.toString()));
  return review;
}

async function newFile(name: string, text: string): Promise<vscode.Uri> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, "proposed", name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return uri;
}

async function onDisk(uri: vscode.Uri): Promise<string> {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await vscode.workspace.fs.readFile(uri));
}

function documentOf(uri: vscode.Uri): vscode.TextDocument {
  const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
  assert.ok(document, uri.toString());
  return document;
}

function textOf(uri: vscode.Uri): string {
  return documentOf(uri).getText().replaceAll("\r\n", "\n");
}

function moveTo(uri: vscode.Uri, line: number): void {
  const editor = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  assert.ok(editor, "the proposal's side is shown");
  editor.selection = new vscode.Selection(line, 0, line, 0);
}

async function replaceAll(document: vscode.TextDocument, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, new vscode.Range(0, 0, document.lineCount, 0), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

function tabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}

function diffs(): readonly vscode.Tab[] {
  return tabs().filter(({ input }) => input instanceof vscode.TabInputTextDiff);
}
