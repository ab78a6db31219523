import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { chooseHostEditor, findDesktopCode } from "../../../scripts/lib/desktop.mjs";

const display = { DISPLAY: ":0" };
const never = () => Promise.reject(new Error("nothing should be downloaded"));

/** Dependencies in which nothing is remembered and every file is there. */
function deps(over: Partial<Parameters<typeof chooseHostEditor>[0]> = {}) {
  return { env: display, download: never, recall: () => undefined, remember: () => undefined, exists: () => true, ...over };
}

describe("the VS Code that runs the host tests", () => {
  it("is the one that VSCODE_EXECUTABLE names", async () => {
    const editor = await chooseHostEditor(deps({ env: { VSCODE_EXECUTABLE: "/opt/code" } }));
    assert.deepEqual(editor, { kind: "desktop", executable: "/opt/code", reason: "named by VSCODE_EXECUTABLE" });
  });

  it("is not replaced in silence when VSCODE_EXECUTABLE names nothing", async () => {
    const choice = chooseHostEditor(deps({ env: { VSCODE_EXECUTABLE: "/opt/code" }, exists: () => false }));
    await assert.rejects(choice, /VSCODE_EXECUTABLE names \/opt\/code, which is not there/);
  });

  it("is downloaded where none is named", async () => {
    const editor = await chooseHostEditor(deps({ download: () => Promise.resolve("/cache/code") }));
    assert.deepEqual(editor, { kind: "desktop", executable: "/cache/code", reason: "downloaded" });
  });

  it("is the server when the download fails, which is remembered", async () => {
    const remembered: string[] = [];
    const download = () => Promise.reject(new Error("no route"));
    const editor = await chooseHostEditor(deps({ download, remember: (reason) => void remembered.push(reason) }));
    assert.deepEqual(editor, { kind: "server", reason: "no desktop VS Code can be downloaded (no route)" });
    assert.deepEqual(remembered, ["no route"]);
  });

  it("is the server at once when a download failed lately", async () => {
    const editor = await chooseHostEditor(deps({ recall: () => "no route" }));
    assert.equal(editor.kind, "server");
    assert.match(editor.reason, /no route/);
  });

  if (process.platform === "linux") {
    it("is the server where there is no display", async () => {
      assert.equal((await chooseHostEditor(deps({ env: {} }))).kind, "server");
    });
  }
});

describe("the desktop VS Code that npm start opens", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "hearth-path-"));
  after(() => rmSync(folder, { recursive: true }));

  it("is the code command on PATH", () => {
    const program = path.join(folder, process.platform === "win32" ? "code.cmd" : "code");
    const env = { PATH: [path.join(folder, "missing"), folder].join(path.delimiter) };
    assert.equal(findDesktopCode(env), undefined);
    writeFileSync(program, "");
    chmodSync(program, 0o755);
    assert.equal(findDesktopCode(env), program);
  });
});
