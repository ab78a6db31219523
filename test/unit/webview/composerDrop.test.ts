import assert from "node:assert/strict";
import { droppedUris, holdsFiles } from "../../../src/webview/composer/droppedUris";
import { find } from "./chatPage";
import { openComposer } from "./composerPage";
import { usePage } from "./page";

function transfer(data: Readonly<Record<string, string>>) {
  return { types: Object.keys(data), getData: (type: string) => data[type] ?? "", dropEffect: "none" };
}

/** @returns whether nobody took it */
function drag(type: string, data: Readonly<Record<string, string>>): boolean {
  const event = new window.Event(type, { bubbles: true, cancelable: true });
  Object.assign(event, { dataTransfer: transfer(data), relatedTarget: null });
  return document.body.dispatchEvent(event);
}

describe("dropped files", () => {
  usePage();

  const cases: readonly [name: string, data: Readonly<Record<string, string>>, uris: readonly string[]][] = [
    ["a list of the editor", { "application/vnd.code.uri-list": "file:///a.ts\r\nvscode-remote://ssh/b.ts" }, ["file:///a.ts", "vscode-remote://ssh/b.ts"]],
    ["a list of the system, with remarks", { "text/uri-list": "# from elsewhere\nfile:///a.ts\n" }, ["file:///a.ts"]],
    ["resources, each once", { resourceurls: '["file:///a.ts",3,"file:///b.ts"]', "text/uri-list": "file:///a.ts" }, ["file:///a.ts", "file:///b.ts"]],
    ["links of the web", { "text/uri-list": "https://example.com/a\njavascript:alert(1)" }, []],
    ["what is no list", { resourceurls: "{", "text/uri-list": "plain" }, []],
  ];
  for (const [name, data, uris] of cases) it(`are read from ${name}`, () => assert.deepEqual(droppedUris(transfer(data)), uris));

  it("are told from dragged text", () => {
    assert.equal(holdsFiles({ types: ["text/plain"] }), false);
    assert.equal(holdsFiles({ types: ["text/plain", "ResourceURLs"] }), true);
    assert.equal(holdsFiles({ types: ["Files"] }), true);
  });

  it("are attached; a zone shows while they are dragged", () => {
    const { requests } = openComposer();
    const zone = find(".drop-zone");
    assert.equal(drag("dragover", { "text/plain": "word" }), true);
    assert.equal(zone.hidden, true);
    assert.equal(drag("dragover", { "text/uri-list": "" }), false);
    assert.equal(zone.hidden, false);
    drag("dragleave", {});
    assert.equal(zone.hidden, true);
    drag("dragover", { "text/uri-list": "" });
    assert.equal(drag("drop", { "text/uri-list": "file:///a.ts" }), false);
    assert.deepEqual([requests("dropFiles"), zone.hidden], [[{ uris: ["file:///a.ts"] }], true]);
  });

  it("that do not say where they are are refused with a way out", () => {
    const { requests } = openComposer();
    drag("drop", { Files: "" });
    assert.deepEqual(requests("dropFiles"), []);
    assert.match(find(".composer-problem").textContent, /explorer with Shift/);
  });
});
