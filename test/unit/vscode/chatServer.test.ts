import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../../src/common/errors";
import { portPair, RpcPeer, type EmptyContract } from "../../../src/common/rpc";
import { serveChat, type ViewServices } from "../../../src/vscode/chatServer";
import type { ShellContract, ViewRange } from "../../../src/webview/protocol";
import { composerServices } from "./composer/services";
import { conversationServices } from "./conversations/fakes";
import { openChat } from "./fakes";

describe("what a view asks", () => {
  function connect() {
    const opened = openChat();
    const done: unknown[] = [];
    const services: ViewServices = {
      act: (action) => note(["act", action]),
      branchInTab: (conversation, turn) => note(["branch", conversation, turn]),
      composer: composerServices(),
      code: {
        openRange: (range: ViewRange) => note(["open", range]),
        insertCode: (code) => note(["insert", code]),
        applyCode: (code, cited) => note(["apply", code, cited]),
        newFile: (code) => note(["newFile", code]),
        runInTerminal: (text) => note(["run", text]),
        resolveLinks: (texts) => Promise.resolve(texts.map(() => null)),
        preview: () => Promise.resolve(null),
      },
      conversations: conversationServices((what) => note(what)),
      setContext: (enabled) => note(["context", enabled]),
      opened: () => {
        done.push("opened");
        opened.engine.become({ kind: "loading", model: "phi3-mini", fraction: 0 });
      },
    };
    const note = (what: unknown) => {
      done.push(what);
      return Promise.resolve();
    };
    const [a, b] = portPair();
    serveChat({ port: a, isVisible: () => true }, Promise.resolve(opened.chat), services);
    const view = new RpcPeer<EmptyContract, ShellContract>(b, {});
    return { ...opened, view, done };
  }

  it("is answered with the state, and events come from then on", async () => {
    const { view, chat, session, done } = connect();
    const seen: string[] = [];
    view.on("turn", ({ status }) => seen.push(status.kind));
    const state = await view.call("ready", {});
    assert.equal(state.model.kind, "loading", "what opening the view begins is part of its first state");
    assert.deepEqual([state.conversation, state.turns, done], ["c1", [], ["opened"]]);
    await view.call("ask", { text: "Why?" });
    session().finish("x");
    await chat.idle;
    await sleep(1);
    assert.deepEqual(seen, ["running", "done"]);
  });

  it("sends each event once although the view loaded twice", async () => {
    const { view, engine } = connect();
    const seen: string[] = [];
    view.on("model", ({ kind }) => seen.push(kind));
    await view.call("ready", {});
    await view.call("ready", {});
    seen.length = 0;
    engine.become({ kind: "restarting", model: "phi3-mini", reason: "x" });
    await sleep(1);
    assert.deepEqual(seen, ["restarting"]);
  });

  it("reaches the editor", async () => {
    const { view, done } = connect();
    const range = { path: "a.ts", startLine: 1, endLine: 2 };
    await view.call("openRange", range);
    await view.call("insertCode", { text: "x" });
    await view.call("setContext", { enabled: false });
    await view.call("action", { action: "download" });
    assert.deepEqual(done, [["open", range], ["insert", "x"], ["context", false], ["act", "download"]]);
  });

  it("changes, repeats and branches turns", async () => {
    const { view, chat, session, done } = connect();
    session().hold("a", "b");
    await view.call("branchInTab", { turn: "a" });
    await view.call("edit", { turn: "b", text: "Else?" });
    session().finish("x");
    await chat.idle;
    await view.call("selectBranch", { turn: "b" });
    await view.call("regenerate", { turn: "b" });
    session().finish("y");
    await chat.idle;
    assert.deepEqual(done, [["branch", "c1", "a"]]);
    assert.deepEqual(session().asked.map((question) => question.text), ["Else?", "Why?"]);
    assert.deepEqual(chat.state.turns.map(({ id, branch }) => [id, branch?.index]), [["a", undefined], ["t4", 2]]);
  });

  const again: readonly [action: "retry" | "summarise" | "dropOldest" | "useProcessor" | "useSmallerContext", policy: string | undefined, acts: unknown[]][] = [
    ["retry", undefined, []],
    ["summarise", "summarise", []],
    ["dropOldest", "dropOldest", []],
    ["useProcessor", undefined, [["act", "useProcessor"]]],
    ["useSmallerContext", undefined, [["act", "useSmallerContext"]]],
  ];
  for (const [action, policy, acts] of again) {
    it(`asks the question of a turn again by "${action}"`, async () => {
      const { view, chat, session, done } = connect();
      session().hold("a");
      await view.call("action", { action, turn: "a" });
      assert.deepEqual([session().regenerated, done], [[["a", policy]], acts]);
      await chat.stop();
    });
  }

  it("takes commands that are typed, and questions that only look like them", async () => {
    const { view, chat, session } = connect();
    session().hold("a");
    assert.match((await view.call("ask", { text: "/help" })).text ?? "", /\/clear .*\n\/compact .*\n[\s\S]*\n\/help/);
    const folding = view.call("ask", { text: "/compact" });
    await sleep(1);
    assert.deepEqual(chat.state.activity, { kind: "compacting", turns: 0 });
    session().events.end();
    assert.deepEqual(await folding, {});
    await assert.rejects(view.call("ask", { text: "/set seed 3" }), /no command "\/set".*/);
    await view.call("ask", { text: "/clear" });
    assert.deepEqual([chat.state.turns, session().asked], [[], []]);
    for (const text of ["/etc/hosts is what?", "!important is what?"]) {
      await view.call("ask", { text });
      session().finish("x");
      await chat.idle;
    }
    assert.equal(session().asked.length, 2);
  });

  const hostile: readonly [name: "ask" | "edit" | "regenerate" | "selectBranch" | "branchInTab" | "reproduce" | "openRange" | "action" | "removeAttachment" | "setContext", params: unknown][] = [
    ["edit", { turn: "a" }],
    ["edit", { turn: 1, text: "x" }],
    ["regenerate", {}],
    ["regenerate", { turn: "no such turn" }],
    ["selectBranch", { turn: "no such turn" }],
    ["branchInTab", { turn: null }],
    ["reproduce", { turn: "no such turn" }],
    ["ask", { text: 5 }],
    ["ask", null],
    ["openRange", { path: "a.ts", startLine: -1, endLine: 2 }],
    ["openRange", { path: ["a"], startLine: 1, endLine: 2 }],
    ["action", { action: "workbench.action.terminal.sendSequence" }],
    ["removeAttachment", { index: "0" }],
    ["setContext", {}],
  ];
  for (const [name, params] of hostile) {
    it(`is refused when it is ${name} ${JSON.stringify(params)}`, async () => {
      const { view, done } = connect();
      const call = view.call.bind(view) as (name: string, params: unknown) => Promise<unknown>;
      await assert.rejects(call(name, params), (error) => error instanceof HearthError && error.code === "bad-use");
      assert.deepEqual(done, []);
    });
  }
});
