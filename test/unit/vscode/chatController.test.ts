import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../../src/common/errors";
import type { ChatEvent } from "../../../src/chat/types";
import { ModelStatus } from "../../../src/vscode/modelStatus";
import { FakeEngine, named, openChat } from "./fakes";

const text = (words: string): ChatEvent => ({ type: "text", text: words });

describe("a chat", () => {
  it("sends the turn, its text in batches, and the finished turn", async () => {
    const { chat, sent, session } = openChat();
    await chat.ask("Why?");
    for (const word of ["Be", "cau", "se."]) session().events.push(text(word));
    await sleep(120);
    session().finish("Because.");
    await chat.idle;
    const texts = named(sent, "text");
    assert.equal(texts.map((one) => one.text).join(""), "Because.");
    assert.equal(texts.length, 1, "what came together is sent together");
    assert.deepEqual(named(sent, "turn").map(({ status, answer }) => [status.kind, answer]), [["running", ""], ["done", "Because."]]);
  });

  it("sends text before what comes after it", async () => {
    const { chat, sent, session } = openChat();
    await chat.ask("Why?");
    session().events.push(text("So"));
    session().finish("So");
    await chat.idle;
    assert.deepEqual(sent.map(([name]) => name).slice(-2), ["text", "turn"]);
  });

  it("holds the answer's state for a view that opens in the middle of it, and sends nothing twice", async () => {
    const { chat, sent, session } = openChat();
    await chat.ask("Why?");
    session().events.push({ type: "prefill", done: 3, total: 9, reused: 2, restored: 1 });
    session().events.push({ type: "citations", citations: [{ path: "a.ts", startLine: 1, endLine: 2, hash: "0" }] });
    session().events.push(text("Half"));
    await sleep(5);
    const [shown] = chat.state.turns;
    assert.ok(shown);
    assert.equal(shown.answer, "Half");
    assert.deepEqual(shown.status, { kind: "running", prefill: { done: 3, total: 9, reused: 2, restored: 1 } });
    assert.deepEqual(shown.citations, [{ path: "a.ts", startLine: 1, endLine: 2 }]);
    const before = sent.length;
    await sleep(80);
    assert.equal(sent.length, before, "the snapshot holds what was waiting");
    session().finish("Half");
    await chat.idle;
  });

  it("goes on while no view is connected", async () => {
    const { chat, session } = openChat();
    const view = chat.connect(() => undefined);
    await chat.ask("Why?");
    view.dispose();
    session().events.push(text("x"));
    session().finish("x");
    await chat.idle;
    assert.equal(chat.state.turns[0]?.answer, "x");
    assert.equal(chat.busy, false);
  });

  it("refuses a second question and keeps the first", async () => {
    const { chat, session } = openChat();
    await chat.ask("Why?");
    await assert.rejects(chat.ask("And?"), (error) => error instanceof HearthError && error.code === "bad-use");
    session().finish("x");
    await chat.idle;
    await chat.ask("And?");
    assert.equal(session().asked.length, 2);
    await chat.stop();
  });

  it("stops by the signal and resolves when the answer has ended", async () => {
    const { chat, session } = openChat();
    await chat.ask("Why?");
    await chat.stop();
    assert.equal(session().signals[0]?.aborted, true);
    assert.equal(chat.busy, false);
    const { status } = chat.state.turns[0]!;
    assert.ok(status.kind === "done" && status.stats.stopReason === "stopped");
  });

  it("asks with what is attached, once", async () => {
    const { chat, sent, session } = openChat();
    const code = { path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "x" };
    chat.attach(code);
    chat.attach({ ...code, path: "b.ts" });
    chat.removeAttachment(0);
    await chat.ask("Why?", [{ ...code, path: "c.ts" }]);
    assert.deepEqual(session().asked[0]?.attachments.map(({ path }) => path), ["b.ts", "c.ts"]);
    assert.deepEqual(chat.state.pending, []);
    assert.deepEqual(named(sent, "pending").at(-1), []);
    await chat.stop();
  });


  it("keeps notices with their turn and marks older turns that left the context", async () => {
    const { chat, sent, session } = openChat();
    await chat.ask("One");
    session().finish("1");
    await chat.idle;
    await chat.ask("Two");
    session().events.push({ type: "notice", text: "A turn left." });
    session().finish("2", "endOfTurn", { dropped: ["t1"] });
    await chat.idle;
    assert.deepEqual(chat.state.turns.map(({ notices, dropped }) => [notices, dropped]), [[[], true], [["A turn left."], false]]);
    assert.deepEqual(named(sent, "turn").slice(-1).map(({ id, dropped }) => [id, dropped]), [["t1", true]]);
  });

  it("goes over to a new conversation, ending the answer and closing the old one", async () => {
    const { chat, sent, closed, sessions } = openChat();
    await chat.ask("Why?");
    await chat.startNew();
    assert.deepEqual(closed, ["c1"]);
    assert.equal(sessions[0]!.signals[0]?.aborted, true);
    assert.deepEqual(named(sent, "state").map(({ conversation, turns }) => [conversation, turns]), [["c2", []]]);
  });

  it("is empty on screen as soon as it is cleared, although the stored copy cannot be removed", async () => {
    const { chat, sent, session } = openChat();
    await chat.ask("Why?");
    session().finish("x");
    await chat.idle;
    const { promise, reject } = Promise.withResolvers<void>();
    session().removed = promise;
    const cleared = chat.clear();
    await sleep(1);
    assert.deepEqual(named(sent, "state").map(({ turns }) => turns), [[]]);
    reject(new Error("The disk is full."));
    await assert.rejects(cleared, /The disk is full/);
    assert.deepEqual(chat.state.turns, []);
  });

  it("shows its turns as before where the session refuses to be cleared", async () => {
    const { chat, sent, session } = openChat();
    await chat.ask("Why?");
    session().events.push({ type: "notice", text: "A note." });
    session().finish("x");
    await chat.idle;
    session().clear = () => Promise.reject(new HearthError("bad-use", "Not now."));
    await assert.rejects(chat.clear(), /Not now/);
    assert.deepEqual(named(sent, "state"), []);
    assert.deepEqual(chat.state.turns.map(({ notices }) => notices), [["A note."]]);
  });

  it("shows an answer that broke off without an end as failed", async () => {
    const { chat, sent, session } = openChat();
    await chat.ask("Why?");
    session().events.push(text("Ha"));
    session().events.fail(new HearthError("engine-stopped", "It died."));
    await chat.idle;
    assert.equal(chat.busy, false);
    const last = named(sent, "turn").at(-1);
    assert.ok(last?.status.kind === "failed" && last.answer === "Ha");
  });

  it("puts the cursor into a view that is not there yet once it is, and only once", () => {
    const { chat, sent, view } = openChat();
    view.dispose();
    chat.focusInput();
    assert.deepEqual(sent, []);
    const names: string[] = [];
    chat.connect((name) => names.push(name)).dispose();
    chat.connect((name) => names.push(name));
    assert.deepEqual(names, ["focusInput"]);
  });

  it("tells views of model, index and context", async () => {
    const { sent, engine, statuses, context } = openChat();
    engine.become({ kind: "loading", model: "phi3-mini", fraction: 0.5 });
    statuses.fire({ kind: "scanning" });
    await context.set(false);
    assert.deepEqual(sent.map(([name]) => name), ["model", "index", "useContext"]);
    assert.equal(context.enabled, false);
  });
});

describe("a download", () => {
  const part = { receivedBytes: 1, totalBytes: 4, phase: "download" } as const;

  it("is what the views show until it ends; then the model is loaded", async () => {
    const engine = new FakeEngine();
    const status = new ModelStatus(engine);
    const kinds: string[] = [];
    status.onDidChange(({ kind }) => kinds.push(kind));
    const done = status.download("phi3-mini");
    engine.downloads.push(part);
    engine.downloads.push({ ...part, phase: "verify" });
    engine.downloads.end();
    await done;
    assert.deepEqual(kinds, ["downloading", "downloading", "downloading", "idle"]);
    assert.equal(engine.loads, 1);
  });

  it("ends quietly when it is cancelled", async () => {
    const engine = new FakeEngine();
    const status = new ModelStatus(engine);
    const done = status.download("phi3-mini");
    await status.cancelDownload();
    await done;
    assert.deepEqual([status.downloading, engine.loads], [false, 0]);
  });

  it("rejects when it fails", async () => {
    const engine = new FakeEngine();
    const status = new ModelStatus(engine);
    const done = status.download("phi3-mini");
    engine.downloads.fail(new HearthError("checksum-mismatch", "Other bytes."));
    await assert.rejects(done, /Other bytes/);
    assert.equal(status.state.kind, "idle");
  });
});
