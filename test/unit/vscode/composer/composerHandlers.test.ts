import assert from "node:assert/strict";
import { HearthError } from "../../../../src/common/errors";
import type { RequestHandlers } from "../../../../src/common/rpc";
import { composerHandlers, type ComposerServices } from "../../../../src/vscode/composer/composerHandlers";
import type { ComposerRequests } from "../../../../src/webview/protocol";
import { named, openChat } from "../fakes";
import { attachment, composerServices } from "./services";

function open(over: Partial<ComposerServices> = {}) {
  const opened = openChat();
  const handlers = composerHandlers(() => Promise.resolve(opened.chat), composerServices(over));
  /** Calls a handler with what a view may send, right or wrong. */
  const call = async (name: keyof ComposerRequests, params: unknown): Promise<unknown> => {
    const handler = handlers[name] as RequestHandlers<Record<string, [unknown, unknown]>>[string];
    return await handler(params, new AbortController().signal);
  };
  return { ...opened, call, labels: () => opened.chat.state.pending.map(({ path, source, label }) => [path, source, label]) };
}

const other = { ...attachment, path: "git diff", source: "gitDiff", label: "Git diff" } as const;

describe("the composer", () => {
  it("lists what was typed after @, by kind", async () => {
    const asked: unknown[] = [];
    const { call } = open({ mentions: { rows: (...args) => Promise.resolve(void asked.push(args)).then(() => []), resolve: () => Promise.resolve([]) } });
    await call("mentions", { query: "a" });
    await call("mentions", { query: "", kind: "symbol" });
    assert.deepEqual(asked, [["a", undefined], ["", "symbol"]]);
  });

  it("attaches what a row means, once", async () => {
    const { call, labels, sent } = open({ mentions: { rows: () => Promise.resolve([]), resolve: (kind, id) => Promise.resolve([attachment, { ...other, label: `${kind} ${id}` }]) } });
    await call("addMention", { kind: "gitDiff", id: "staged" });
    await call("addMention", { kind: "gitDiff", id: "staged" });
    assert.deepEqual(labels(), [["a.ts", undefined, undefined], ["git diff", "gitDiff", "gitDiff staged"]]);
    assert.deepEqual(named(sent, "pending").at(-1)?.map(({ label }) => label), [undefined, "gitDiff staged"]);
  });

  it("says why there is nothing to attach", async () => {
    await assert.rejects(open().call("addMention", { kind: "selection", id: "" }), { message: "Nothing is selected." });
  });

  it("attaches what was dropped, also where some of it cannot be", async () => {
    const { call, labels } = open({
      attachDropped(uris, attach) {
        attach(uris.map((path) => ({ ...attachment, path })));
        return Promise.reject(new HearthError("bad-use", "x.png is no text file."));
      },
    });
    await assert.rejects(call("dropFiles", { uris: ["file:///a", "file:///b"] }), /x\.png/);
    assert.deepEqual(labels().map(([path]) => path), ["file:///a", "file:///b"]);
  });

  it("attaches code that was copied from a document, and tells that it did", async () => {
    const { call, labels } = open({ copiedCode: (text) => (text === "one\ntwo" ? { ...attachment, source: "paste" } : undefined) });
    assert.deepEqual([await call("pasteCode", { text: "three" }), labels()], [false, []]);
    assert.deepEqual([await call("pasteCode", { text: "one\ntwo" }), labels()], [true, [["a.ts", "paste", undefined]]]);
  });

  it("lists the commands", async () => {
    const commands = (await open().call("slashCommands", {})) as readonly { name: string }[];
    assert.ok(commands.some(({ name }) => name === "explain"));
  });

  it("knows no size while no model is loaded", async () => assert.equal(await open().call("draftSize", { text: "Why?" }), null));

  const wrong: readonly [name: keyof ComposerRequests, params: unknown][] = [
    ["mentions", {}],
    ["mentions", { query: "a", kind: "secrets" }],
    ["addMention", { kind: "file" }],
    ["addMention", { kind: "paste", id: "" }],
    ["addMention", null],
    ["dropFiles", { uris: "file:///a" }],
    ["dropFiles", { uris: [1] }],
    ["pasteCode", {}],
    ["draftSize", { text: 1 }],
  ];
  for (const [name, params] of wrong) {
    it(`refuses ${name} with ${JSON.stringify(params)}`, () => assert.rejects(open().call(name, params), { code: "bad-use", message: /cannot be understood/ }));
  }
});
