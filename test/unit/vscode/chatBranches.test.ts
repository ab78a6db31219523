import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { HearthError } from "../../../src/common/errors";
import type { Reproduction } from "../../../src/chat/types";
import { named, openChat, turn } from "./fakes";

describe("the branches of a chat", () => {
  it("edits a question in its place: the turns after the fork give way, the attachments stay, the old branch too", async () => {
    const { chat, sent, session } = openChat((first) => first.hold("a", "b", "c"));
    assert.equal(chat.state.turns.length, 3);
    const code = { path: "a.ts", startLine: 1, endLine: 2, language: "typescript", text: "x" };
    const { turns } = session().conversation;
    session().conversation = { ...session().conversation, turns: turns.map((one) => (one.id === "b" ? { ...one, question: { text: "Old", attachments: [code] } } : one)) };
    await chat.edit("b", "New");
    assert.deepEqual(session().asked, [{ text: "New", attachments: [code] }]);
    const [state] = named(sent, "state");
    assert.deepEqual(state?.turns.map(({ id }) => id), ["a", "t4"]);
    assert.deepEqual(state.turns[1]?.branch, { index: 1, count: 2, previous: "b" });
    assert.equal(state.turns[1].status.kind, "running");
    assert.deepEqual(named(sent, "turn"), [], "nothing is added at the end of the old branch");
    session().finish("x");
    await chat.idle;
    await chat.selectBranch("b");
    assert.deepEqual(chat.state.turns.at(-1)?.branch, { index: 0, count: 2, next: "t4" });
  });

  it("adds a turn that follows the last one without sending all of them again", async () => {
    const { chat, sent, session } = openChat((first) => first.hold("a"));
    assert.equal(chat.state.turns.length, 1);
    await chat.ask("And?");
    assert.deepEqual(named(sent, "state"), []);
    assert.deepEqual(named(sent, "turn").map(({ id }) => id), ["t2"]);
    session().finish("x");
    await chat.idle;
  });

  it("passes over versions that came to nothing", async () => {
    const { chat, session } = openChat((first) => first.hold("a"));
    const empty = turn({ id: "z", parent: undefined, status: { kind: "failed", error: { name: "HearthError", message: "The context is full.", code: "context-full" } } });
    session().conversation = { ...session().conversation, turns: [empty, ...session().conversation.turns] };
    assert.equal(chat.state.turns[0]?.branch, undefined);
    session().conversation = { ...session().conversation, leaf: "z" };
    assert.deepEqual(chat.state.turns[0]?.branch, { index: 0, count: 2, next: "a" });
    await chat.stop();
  });

  it("keeps a version within reach that came to nothing but was gone on from", async () => {
    const { chat, session } = openChat((first) => first.hold("a", "b"));
    const { conversation } = session();
    const failed = turn({ id: "x", parent: "b", status: { kind: "failed", error: { name: "HearthError", message: "It died.", code: "engine-stopped" } } });
    const after = { ...conversation.turns[1]!, id: "y", parent: "x" };
    const again = { ...after, id: "z", parent: "b" };
    session().conversation = { ...conversation, turns: [...conversation.turns, failed, after, again], leaf: "z" };
    assert.deepEqual(chat.state.turns.at(-1)?.branch, { index: 1, count: 2, previous: "x" });
    await chat.stop();
  });

  it("are left alone while an answer runs", async () => {
    const { chat, session } = openChat((first) => first.hold("a"));
    await chat.ask("Why?");
    const busy = (error: unknown) => error instanceof HearthError && error.code === "bad-use";
    await assert.rejects(chat.selectBranch("a"), busy);
    await assert.rejects(chat.edit("a", "x"), busy);
    await assert.rejects(chat.regenerate("a"), busy);
    await assert.rejects(chat.reproduce("a"), busy);
    await assert.rejects(chat.compact(), busy);
    assert.equal(session().asked.length, 1);
    await chat.stop();
  });
});

describe("folding", () => {
  it("shows with its turn how many questions are folded, until the prompt is read", async () => {
    const { chat, sent, session } = openChat();
    const shown = () => chat.state.turns[0];
    await chat.ask("Why?");
    session().events.push({ type: "compacting", turns: 3 });
    await sleep(1);
    assert.deepEqual(shown()?.status, { kind: "running", compacting: 3 });
    assert.deepEqual(named(sent, "compacting"), [{ turn: "t1", turns: 3 }]);
    session().events.push({ type: "prefill", done: 0, total: 9, reused: 0, restored: 0 });
    await sleep(1);
    assert.deepEqual(shown()?.status, { kind: "running", prefill: { done: 0, total: 9, reused: 0, restored: 0 } });
    session().finish("x", "endOfTurn", { summary: "They greeted." });
    await chat.idle;
    assert.equal(shown()?.summary, "They greeted.");
  });

  it("by hand is shown, marks what left, and keeps the summary at the end until a question takes it over", async () => {
    const { chat, sent, session } = openChat((first) => first.hold("a", "b"));
    const done = chat.compact();
    session().events.push({ type: "compacting", turns: 1 });
    await sleep(1);
    assert.deepEqual([chat.busy, chat.state.activity], [true, { kind: "compacting", turns: 1 }]);
    const { conversation } = session();
    session().conversation = { ...conversation, compacted: { leaf: "b", window: { dropped: ["a"], withoutCode: [], summary: "They greeted." } } };
    session().events.push({ type: "notice", text: "1 older question was folded." });
    session().events.end();
    await done;
    const state = named(sent, "state").at(-1);
    assert.deepEqual(state?.turns.map(({ dropped }) => dropped), [true, false]);
    assert.deepEqual([state.compacted, state.note, state.activity, chat.busy], ["They greeted.", "1 older question was folded.", { kind: "none" }, false]);
    assert.deepEqual(named(sent, "activity").map(({ kind }) => kind), ["compacting", "compacting", "none"]);
    await chat.ask("And?");
    assert.deepEqual([chat.state.compacted, named(sent, "note").at(-1)], [undefined, ""]);
    await chat.stop();
  });

  it("by hand stops quietly, and fails aloud", async () => {
    const { chat, session } = openChat((first) => first.hold("a"));
    const stopped = chat.compact();
    await sleep(1);
    await chat.stop();
    await stopped;
    const failed = chat.compact();
    await sleep(1);
    session().events.fail(new HearthError("engine-stopped", "It died."));
    await assert.rejects(failed, /It died/);
    assert.deepEqual([chat.busy, chat.state.activity.kind], [false, "none"]);
  });
});

describe("reproducing an answer", () => {
  const results: readonly [Reproduction, RegExp][] = [
    [{ kind: "same", tokens: 1204 }, /^Reproduced: 1,204 tokens, all the same\.$/],
    [{ kind: "different", at: 1, reason: "The model's file is another one." }, /^Not the same: the first 1 token .* equal\. The model's file/],
    [{ kind: "stopped" }, /^Stopped/],
  ];
  for (const [result, note] of results) {
    it(`that comes out "${result.kind}" is told with its turn`, async () => {
      const { chat, sent, session } = openChat((first) => first.hold("a", "b"));
      const done = chat.reproduce("a");
      assert.deepEqual([chat.busy, chat.state.activity], [true, { kind: "reproducing", turn: "a" }]);
      session().reproduction.resolve(result);
      await done;
      const last = named(sent, "turn").at(-1);
      assert.equal(last?.id, "a");
      assert.match(last.reproduction ?? "", note);
      assert.deepEqual([chat.busy, chat.state.activity.kind, chat.state.turns[0]?.reproduction], [false, "none", last.reproduction]);
    });
  }

  it("can be stopped", async () => {
    const { chat } = openChat((first) => first.hold("a"));
    const done = chat.reproduce("a");
    await chat.stop();
    await done;
    assert.match(chat.state.turns[0]?.reproduction ?? "", /^Stopped/);
  });
});
