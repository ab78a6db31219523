import assert from "node:assert/strict";
import { HearthError } from "../../../../src/common/errors";
import { codeHandlers, type CodeServices } from "../../../../src/vscode/edits/codeHandlers";
import { openChat, turn } from "../fakes";

function serve() {
  const { chat, session } = openChat();
  const done: unknown[] = [];
  const note = (...what: unknown[]) => {
    done.push(what);
    return Promise.resolve();
  };
  const services: CodeServices = {
    openRange: (range) => note("open", range),
    insertCode: (text) => note("insert", text),
    applyCode: (code, cited) => note("apply", code, cited),
    newFile: (code) => note("new", code),
    runInTerminal: (text) => note("run", text),
    resolveLinks: (texts) => Promise.resolve(texts.map(() => null)),
    preview: () => Promise.resolve(null),
  };
  const handlers = codeHandlers(() => Promise.resolve(chat), services) as unknown as Record<string, (params: unknown) => unknown>;
  // A handler may refuse at once, as the rpc allows.
  const call = (name: string, params: unknown) => Promise.resolve().then(() => handlers[name]?.(params));
  return { call, done, session };
}

describe("code of an answer, as a view asks for it", () => {
  const code = { turn: "t1", text: "let a;", language: "ts" };

  it("reaches the editor, with the files that its turn names", async () => {
    const { call, done, session } = serve();
    const attachment = { path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "x" };
    const citation = { path: "b.ts", startLine: 1, endLine: 2, hash: "00" };
    const asked = turn({ question: { text: "Why?", attachments: [attachment] }, citations: [citation, { ...citation, startLine: 5 }] });
    session().conversation = { ...session().conversation, turns: [asked], leaf: "t1" };
    await call("applyCode", { ...code, path: "c.ts" });
    await call("newFile", code);
    await call("runInTerminal", { ...code, text: "npm test" });
    assert.deepEqual(done, [
      ["apply", { ...code, path: "c.ts" }, ["a.ts", "b.ts"]],
      ["new", code],
      ["run", "npm test"],
    ]);
    assert.deepEqual(await call("resolveLinks", { texts: ["a", "b"] }), [null, null]);
    assert.equal(await call("preview", { path: "a.ts", startLine: 1, endLine: 2 }), null);
  });

  it("of a turn that is gone names no files", async () => {
    const { call, done } = serve();
    await call("applyCode", { ...code, turn: "gone" });
    assert.deepEqual(done, [["apply", { ...code, turn: "gone" }, []]]);
  });

  const hostile: readonly [name: string, params: unknown][] = [
    ["applyCode", null],
    ["applyCode", { ...code, text: 1 }],
    ["applyCode", { ...code, path: ["a"] }],
    ["applyCode", { ...code, text: "x".repeat(1_000_001) }],
    ["newFile", { text: "x" }],
    ["runInTerminal", { ...code, text: { toString: "rm" } }],
    ["resolveLinks", {}],
    ["resolveLinks", { texts: "abc" }],
    ["resolveLinks", { texts: [1] }],
    ["resolveLinks", { texts: Array.from({ length: 201 }, () => "a") }],
    ["preview", { path: "a.ts", startLine: -1, endLine: 2 }],
  ];
  for (const [name, params] of hostile) {
    it(`is refused when it is ${name} ${JSON.stringify(params).slice(0, 60)}`, async () => {
      const { call, done } = serve();
      await assert.rejects(call(name, params), (error) => error instanceof HearthError && error.code === "bad-use");
      assert.deepEqual(done, []);
    });
  }
});
