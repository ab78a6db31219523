import assert from "node:assert/strict";
import { CompletionMemory } from "../../../src/chat/completionMemory";
import { messageTurns, type MessageHistory } from "../../../src/chat/messageTurns";

const history = (...turns: [user: string, answer?: string][]): MessageHistory => ({
  system: undefined,
  turns: turns.map(([user, answer]) => (answer === undefined ? { user } : { user, answer })),
});
const forgotten = () => Promise.resolve();
const answer = { text: "A", tokens: [1], modelHash: "00" };

describe("messageTurns", () => {
  it("joins neighbours of a role and gathers the system messages", () => {
    const messages = [
      { role: "system", text: "S" },
      { role: "user", text: "ab" },
      { role: "user", text: "c" },
      { role: "assistant", text: "d" },
      { role: "system", text: "T" },
      { role: "user", text: "e" },
    ] as const;
    assert.deepEqual(messageTurns(messages), { system: "S\n\nT", turns: [{ user: "ab\n\nc", answer: "d" }, { user: "e" }] });
  });

  it("puts an empty question before an answer that comes first", () => {
    const turns = messageTurns([{ role: "assistant", text: "hello" }, { role: "user", text: "hi" }]).turns;
    assert.deepEqual(turns, [{ user: "", answer: "hello" }, { user: "hi" }]);
  });
});

describe("CompletionMemory", () => {
  it("names a turn by all that stands before it", () => {
    const memory = new CompletionMemory(forgotten);
    const ids = (...turns: Parameters<typeof history>) => memory.promptTurns(history(...turns)).map((turn) => turn.id);
    assert.deepEqual(ids(["q"]), ids(["q"]));
    assert.notDeepEqual(ids(["q"]), ids(["p"]));
    assert.equal(ids(["q", "a"], ["r"])[0], ids(["q", "a"], ["s"])[0]);
    assert.notEqual(ids(["q", "a"], ["r"])[1], ids(["q", "b"], ["r"])[1]);
    assert.notEqual(ids(["q"])[0], memory.promptTurns({ ...history(["q"]), system: "S" })[0]?.id);
  });

  it("does not lend a conversation twice", () => {
    const memory = new CompletionMemory(forgotten);
    const turns = memory.promptTurns(history(["q"]));
    const first = memory.lease(turns);
    const second = memory.lease(turns);
    assert.notEqual(second.conversation, first.conversation);
    first.release();
    assert.equal(memory.lease(turns).conversation, first.conversation);
  });

  it("goes on only with a history that begins with the conversation's", () => {
    const memory = new CompletionMemory(forgotten);
    const lease = memory.lease(memory.promptTurns(history(["q"])));
    lease.keep(answer);
    lease.release();
    const next = memory.lease(memory.promptTurns(history(["q", "A"], ["r"])));
    next.release();
    assert.equal(next.conversation, lease.conversation);
    assert.notEqual(memory.lease(memory.promptTurns(history(["q"]))).conversation, lease.conversation);
  });

  it("goes on with the conversation whose text a text begins with, and mixes texts and histories up in no case", () => {
    const memory = new CompletionMemory(forgotten);
    const use = (lease: { conversation: string; release: () => void }) => {
      lease.release();
      return lease.conversation;
    };
    const first = use(memory.leaseText("Once upon"));
    assert.equal(use(memory.leaseText("Once upon a time")), first);
    assert.notEqual(use(memory.leaseText("Once upon")), first);
    assert.notEqual(use(memory.leaseText("Twice")), first);
    assert.notEqual(use(memory.lease(memory.promptTurns(history(["q"])))), first);
    const held = memory.leaseText("Once upon a time");
    assert.notEqual(memory.leaseText("Once upon a time").conversation, held.conversation);
  });

  it("forgets the least recently used conversation and old answers, and at its end all that is left", async () => {
    const forgotten: string[] = [];
    const forget = (conversation: string) => {
      forgotten.push(conversation);
      return Promise.resolve();
    };
    const memory = new CompletionMemory(forget, { maxSlots: 2, maxAnswers: 1 });
    const leases = ["a", "b", "c"].map((question) => {
      const lease = memory.lease(memory.promptTurns(history([question])));
      lease.keep(answer);
      lease.release();
      return lease;
    });
    assert.deepEqual(forgotten, [leases[0]?.conversation]);
    assert.equal(memory.promptTurns(history(["b", "A"], ["x"]))[0]?.answer?.tokens, undefined);
    assert.deepEqual(memory.promptTurns(history(["c", "A"], ["x"]))[0]?.answer?.tokens, [1]);
    await memory.close();
    assert.deepEqual(forgotten, leases.map(({ conversation }) => conversation));
  });
});
