import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { codeQuestion } from "../../src/chat/codeQuestions";
import type { Attachment } from "../../src/chat/types";
import { composerHandlers } from "../../src/vscode/composer/composerHandlers";
import { takeTyped } from "../../src/vscode/typedText";
import type { ComposerRequests, ViewMention, ViewMentionKind } from "../../src/webview/protocol";
import { hearth, lastTurn, until } from "./hearth";

const run = promisify(execFile);

function root(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return folder.uri;
}

const at = (...path: string[]) => vscode.Uri.joinPath(root(), ...path);

async function write(uri: vscode.Uri, text: string | Uint8Array): Promise<void> {
  await vscode.workspace.fs.writeFile(uri, typeof text === "string" ? Buffer.from(text) : text);
}

/** Asks as a view does. */
async function request<K extends keyof ComposerRequests>(name: K, params: ComposerRequests[K][0]): Promise<ComposerRequests[K][1]> {
  const api = await hearth();
  const handlers = composerHandlers(() => api.sidebar(), api.composer);
  return handlers[name](params, new AbortController().signal);
}

async function rows(query: string, kind?: ViewMentionKind): Promise<readonly ViewMention[]> {
  return request("mentions", kind === undefined ? { query } : { query, kind });
}

/** What goes with the next question, which is emptied. */
async function attached(act: () => Promise<unknown>): Promise<readonly Attachment[]> {
  const chat = await (await hearth()).sidebar();
  while (chat.pending.length > 0) chat.removeAttachment(0);
  await act();
  const { pending } = chat;
  while (chat.pending.length > 0) chat.removeAttachment(0);
  return pending;
}

async function mention(kind: ViewMentionKind, id = ""): Promise<Attachment> {
  const all = await attached(() => request("addMention", { kind, id }));
  const [first] = all;
  assert.ok(first && all.length === 1, JSON.stringify(all.map(({ path }) => path)));
  return first;
}

async function select(path: string, from: [number, number], to: [number, number]): Promise<vscode.TextEditor> {
  const editor = await vscode.window.showTextDocument(at(...path.split("/")));
  editor.selection = new vscode.Selection(...from, ...to);
  return editor;
}

describe("what the composer attaches", () => {
  it("are files by name, without those that git ignores", async () => {
    const [first] = await rows("tracknum", "file");
    assert.equal(first?.id, "src/trackingNumber.ts");
    assert.deepEqual((await rows("ignoredSecret", "file")).map(({ id }) => id), []);
    const { path, startLine, endLine, language, text } = await mention("file", first.id);
    assert.deepEqual([path, startLine, language], ["src/trackingNumber.ts", 1, "typescript"]);
    assert.equal(endLine, text.split("\n").length);
  });

  it("are files that came since, and none that are gone", async () => {
    const file = at("src", "lateArrival.ts");
    await write(file, "export const late = 1;\n");
    let seen: readonly ViewMention[] = [];
    const look = () => void rows("lateArrival", "file").then((found) => (seen = found));
    await until("the new file", () => (look(), seen.length === 1));
    await vscode.workspace.fs.delete(file);
    await until("the file's end", () => (look(), seen.length === 0));
    await assert.rejects(request("addMention", { kind: "file", id: "src/lateArrival.ts" }), /no file src\/lateArrival\.ts any more/);
  });

  it("is what an editor holds, although it is not saved", async () => {
    const editor = await select("src/zones.ts", [0, 0], [0, 0]);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "// not saved\n"));
    try {
      assert.match((await mention("file", "src/zones.ts")).text, /^\/\/ not saved\n/);
    } finally {
      await vscode.commands.executeCommand("workbench.action.files.revert");
    }
  });

  it("is a folder with its files and their definitions", async () => {
    const { assistant } = await hearth();
    await until("the index", () => assistant.index?.status.kind === "ready");
    assert.ok((await rows("src", "folder")).some(({ id }) => id === "src"));
    const { label, text, source } = await mention("folder", "src");
    assert.equal(source, "folder");
    assert.match(label ?? "", /^Folder src\/: \d+ files$/);
    assert.match(text, /^src\/trackingNumber\.ts\n {2}export function trackingNumber\(/m);
  });

  it("is a definition by name, from its first line on", async () => {
    const [row] = await rows("checkDigit", "symbol");
    assert.ok(row && /checkDigit/.test(row.label), JSON.stringify(row));
    const { path, text, source, label } = await mention("symbol", row.id);
    assert.deepEqual([path, source, label], ["src/trackingNumber.ts", "symbol", row.label]);
    assert.match(text, /checkDigit/);
  });

  it("is the selection, with its lines", async () => {
    await select("src/zones.ts", [5, 0], [8, 0]);
    const { path, startLine, endLine, source, text } = await mention("selection");
    assert.deepEqual([path, startLine, endLine, source, text.split("\n").length], ["src/zones.ts", 6, 8, "selection", 3]);
    await select("src/zones.ts", [0, 0], [0, 0]);
    await assert.rejects(request("addMention", { kind: "selection", id: "" }), /Nothing is selected/);
  });

  it("are the open editors, each once", async () => {
    await select("src/zones.ts", [0, 0], [0, 0]);
    await select("src/trackingNumber.ts", [0, 0], [0, 0]);
    const paths = (await attached(() => request("addMention", { kind: "openEditors", id: "" }))).map(({ path }) => path);
    assert.ok(paths.includes("src/zones.ts") && paths.includes("src/trackingNumber.ts"), paths.join());
    assert.equal(new Set(paths).size, paths.length);
  });

  it("are the problems of the file in front", async () => {
    const diagnostics = vscode.languages.createDiagnosticCollection("hearth-test");
    try {
      const { document } = await select("src/zones.ts", [0, 0], [0, 0]);
      const diagnostic = new vscode.Diagnostic(new vscode.Range(2, 4, 2, 9), "Something is wrong here.", vscode.DiagnosticSeverity.Warning);
      diagnostics.set(document.uri, [diagnostic]);
      const { text, label } = await mention("problems", "file");
      assert.equal(label, "Problems of src/zones.ts");
      assert.match(text, /^src\/zones\.ts:3:5 warning: Something is wrong here\.$/m);
    } finally {
      diagnostics.dispose();
    }
  });

  it("is the git diff, staged or not", async () => {
    const git = (...args: string[]) => run("git", ["-c", "user.name=Test", "-c", "user.email=test@example.com", ...args], { cwd: root().fsPath });
    await git("add", "-A");
    await git("commit", "--quiet", "-m", "First");
    await write(at("src", "staged.ts"), "export const staged = 1;\n");
    await git("add", "src/staged.ts");
    await write(at("src", "staged.ts"), "export const staged = 1;\nexport const unstaged = 2;\n");
    try {
      const [both, staged, unstaged] = [await mention("gitDiff"), await mention("gitDiff", "staged"), await mention("gitDiff", "unstaged")];
      assert.deepEqual([both.language, both.source], ["diff", "gitDiff"]);
      const added = [both, staged, unstaged].map(({ text }) => [text.includes("+export const staged"), text.includes("+export const unstaged")]);
      assert.deepEqual(added, [[true, true], [true, false], [false, true]]);
    } finally {
      await git("rm", "--quiet", "--force", "src/staged.ts");
    }
    await assert.rejects(request("addMention", { kind: "gitDiff", id: "staged" }), /No changes are staged/);
  });

  it("is the codebase as a map, and the search for code is on", async () => {
    const chat = await (await hearth()).sidebar();
    await (await hearth()).composer.search.set(false);
    assert.equal(chat.state.useContext, false);
    const { text } = await mention("codebase");
    assert.match(text, /^src\/\w+\.ts\n {2}\S/m);
    assert.equal(chat.state.useContext, true);
  });

  it("is a notebook's selected cell, or one of its list", async () => {
    const cells = ["# Rates", "rate = 3\nprint(rate)"].map((source, i) => ({ cell_type: i === 0 ? "markdown" : "code", metadata: {}, source, ...(i === 1 && { outputs: [], execution_count: null }) }));
    const file = at("rates.ipynb");
    await write(file, JSON.stringify({ cells, metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 }));
    const document = await vscode.workspace.openNotebookDocument(file);
    const editor = await vscode.window.showNotebookDocument(document);
    try {
      editor.selections = [new vscode.NotebookRange(1, 2)];
      const { path, label, language, text } = await mention("notebookCell");
      assert.deepEqual([path, label, language, text], ["rates.ipynb#2", "rates.ipynb, cell 2", "python", "rate = 3\nprint(rate)"]);
      assert.deepEqual((await rows("Rates", "notebookCell")).map(({ id }) => id), ["0"]);
      assert.equal((await mention("notebookCell", "0")).text, "# Rates");
      const whole = await mention("file", "rates.ipynb");
      assert.deepEqual([whole.label, whole.text], ["rates.ipynb, 2 cells", "# Cell 1\n# Rates\n\n# Cell 2\nrate = 3\nprint(rate)"]);
    } finally {
      await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
      await vscode.workspace.fs.delete(file);
    }
  });

  it("are files and folders that are dropped; of a picture it says what it is", async () => {
    const picture = at("logo.bin");
    await write(picture, new Uint8Array([137, 80, 0, 0, 1]));
    try {
      const uris = [at("src", "zones.ts"), at("src"), picture].map((uri) => uri.toString());
      const dropped = await attached(() => assert.rejects(request("dropFiles", { uris }), /logo\.bin is no text file/));
      assert.deepEqual(dropped.map(({ path }) => path), ["src/zones.ts", "src/"]);
      await assert.rejects(request("dropFiles", { uris: ["https://example.com/a.ts"] }), /no file of this window/);
      await assert.rejects(request("dropFiles", { uris: [at("gone.ts").toString()] }), /gone\.ts cannot be read/);
      const remote = at("src", "zones.ts").with({ scheme: "vscode-remote", authority: "wsl+x" }).toString();
      assert.deepEqual((await attached(() => request("dropFiles", { uris: [remote] }))).map(({ path }) => path), ["src/zones.ts"]);
    } finally {
      await vscode.workspace.fs.delete(picture);
    }
  });

  it("are files that are chosen in the explorer", async () => {
    const [first, second] = [at("src", "zones.ts"), at("src", "trackingNumber.ts")];
    const chosen = await attached(async () => vscode.commands.executeCommand("hearth.attachFile", first, [first, second]));
    assert.deepEqual(chosen.map(({ path }) => path), ["src/zones.ts", "src/trackingNumber.ts"]);
  });

  it("is pasted code with the place that it was copied from", async () => {
    const { document } = await select("src/zones.ts", [0, 0], [0, 0]);
    const copied = document.getText(new vscode.Range(5, 0, 8, 0)).replaceAll("\n", "\r\n");
    const [code] = await attached(async () => assert.equal(await request("pasteCode", { text: copied }), true));
    assert.deepEqual([code?.path, code?.startLine, code?.endLine], ["src/zones.ts", 6, 8]);
    assert.equal(await request("pasteCode", { text: "nowhere\nto be found" }), false);
  });
});

describe("the composer's commands", () => {
  it("asks about the selection, although the chat has the focus (random weights)", async () => {
    const api = await hearth();
    const chat = await api.sidebar();
    await select("src/zones.ts", [5, 0], [8, 0]);
    await vscode.commands.executeCommand("hearth.focusChat");
    await takeTyped(chat, "/explain the loop", api.composer);
    await chat.idle;
    const { question, attachments } = lastTurn(chat);
    assert.equal(question, codeQuestion("explain", "the loop"));
    assert.deepEqual(attachments.map(({ path, startLine, endLine, source }) => [path, startLine, endLine, source]), [["src/zones.ts", 6, 8, "selection"]]);
  });

  it("knows the size of a draft while a model is loaded (random weights)", async () => {
    const [short, long] = [await request("draftSize", { text: "Why?" }), await request("draftSize", { text: "Why is this so, and what follows from it?" })];
    assert.ok(short && long && long.question > short.question && long.history === short.history && long.history > 0);
  });

  it("reads the workspace's prompts, and names those that cannot be used", async () => {
    const folder = at(".hearth", "prompts");
    await write(vscode.Uri.joinPath(folder, "changelog.md"), "---\ndescription: Writes an entry\nattachments: [src/zones.ts]\n---\nWrite an entry: {{input}}\n");
    await write(vscode.Uri.joinPath(folder, "broken.md"), "---\nname: [\n---\nX\n");
    const { composer } = await hearth();
    let bad = 0;
    await until("the prompts", () => {
      void composer.prompts().then((files) => (bad = files.bad.length));
      return bad === 1;
    });
    const own = (await request("slashCommands", {})).find(({ source }) => source === "workspace");
    assert.deepEqual(own, { name: "changelog", description: "Writes an entry", argument: "[text]", source: "workspace" });
    assert.deepEqual((await composer.attachNamed("src/zones.ts")).map(({ path }) => path), ["src/zones.ts"]);
    for (const outside of ["/etc/hosts", "../other.txt", "src/../../other.txt"]) await assert.rejects(composer.attachNamed(outside), /outside of the workspace/);
    await vscode.workspace.fs.delete(at(".hearth"), { recursive: true });
  });
});
