import assert from "node:assert/strict";
import fc from "fast-check";
import { HearthError } from "../../../src/common/errors";
import { branchOf, branchTo, historyOf, siblingsOf } from "../../../src/chat/conversation";
import type { ChatSession } from "../../../src/chat/session";
import type { Conversation } from "../../../src/chat/types";
import { chunk, fakeRetriever, type FakeModel } from "./fakes";
import { answered, ask, given, never } from "./sessionKit";
import { assertSound } from "./turnTreeChecks";

const question = (text: string) => ({ text, attachments: [] });
const shown = (session: ChatSession) => branchOf(session.conversation).map((turn) => turn.question.text);
/** What the model was sent last: its questions. */
const sent = (model: FakeModel) => model.requests.at(-1)!.turns.map((turn) => turn.user);

async function threeQuestions() {
  const kit = given();
  for (const text of ["One", "Two", "Three"]) await ask(kit.session, text);
  const [one, two, three] = kit.session.conversation.turns;
  return { ...kit, one: one!, two: two!, three: three! };
}

describe("an edited question", () => {
  it("is asked in the place of the old one, whose branch stays", async () => {
    const { session, model, two, three } = await threeQuestions();
    const { turn } = await answered(session.edit(two.id, question("Two, better"), never));
    assert.deepEqual(shown(session), ["One", "Two, better"]);
    assert.deepEqual(sent(model), ["One", "Two, better"]);
    assert.deepEqual(siblingsOf(session.conversation, turn.id).map((one) => one.id), [two.id, turn.id]);
    assert.deepEqual(branchTo(session.conversation, three.id).map((one) => one.answerText), ["An answer . ", "An answer . ", "An answer . "]);
  });

  it("may be the first one, and leaves the title", async () => {
    const { session, model, one } = await threeQuestions();
    await answered(session.edit(one.id, question("Uno"), never));
    assert.deepEqual([shown(session), sent(model), session.conversation.title], [["Uno"], ["Uno"], "One"]);
  });

  it("evaluates nothing before the fork again", async () => {
    const { session, two } = await threeQuestions();
    const { turn } = await answered(session.edit(two.id, question("Different words entirely"), never));
    assert.ok(turn.status.kind === "done");
    assert.deepEqual([turn.status.record.stats.evaluatedTokens, turn.status.record.stats.reusedTokens], [3, "Be brief. One An answer .".split(" ").length]);
  });
});

describe("a regenerated answer", () => {
  it("stands beside the old one, after the very same prompt", async () => {
    const retriever = fakeRetriever([chunk("a.ts", 1, "code()")]);
    const { session, model } = given({ retriever });
    const { turn: old } = await ask(session, "Where?");
    retriever.retrieve = () => Promise.resolve([chunk("b.ts", 9, "other()")]);
    model.script = "Another one .";
    const { turn, events } = await answered(session.regenerate(old.id, never));
    const [first, second] = model.requests.map((request) => request.turns[0]!);
    assert.deepEqual([second!.context, second!.user], [first!.context, first!.user]);
    assert.ok(turn.status.kind === "done" && turn.status.record.stats.evaluatedTokens === 0 && old.id !== turn.id);
    assert.deepEqual(turn.citations, old.citations);
    assert.ok(events.some((event) => event.type === "citations"));
    assert.deepEqual(siblingsOf(session.conversation, old.id).map((one) => one.answerText), ["An answer . ", "Another one . "]);
  });

  it("is searched and rendered anew when the question had never reached the model", async () => {
    const { session, model } = given({ retriever: fakeRetriever([chunk("a.ts", 1, "code()")]) });
    model.loadError = new HearthError("out-of-memory", "There is no memory left.");
    const { turn: failed } = await ask(session, "Where?");
    model.loadError = undefined;
    const { turn } = await answered(session.regenerate(failed.id, never));
    assert.deepEqual([failed.status.kind, turn.status.kind], ["failed", "done"]);
    assert.match(model.requests[0]!.turns[0]!.context!, /code\(\)/);
  });

  it("takes the policy that it is given for a full context", async () => {
    const { session, model } = given({ settings: { contextFull: "ask" } });
    const words = (word: string) => Array.from({ length: 70 }, () => word).join(" ");
    for (const word of ["a", "b", "c", "d", "e"]) {
      const { turn } = await ask(session, words(word));
      if (turn.status.kind !== "failed") continue;
      assert.equal(turn.status.error.code, "context-full");
      const { turn: again } = await answered(session.regenerate(turn.id, never, { contextFull: "dropOldest" }));
      assert.equal(again.status.kind, "done");
      assert.equal(sent(model).at(-1), words(word));
      return;
    }
    assert.fail("the context never was full");
  });
});

describe("a branch", () => {
  it("comes back as it was left, and the next question goes on from it", async () => {
    const { session, model, two, three } = await threeQuestions();
    await answered(session.edit(two.id, question("Deux"), never));
    await ask(session, "Trois");
    await session.selectBranch(two.id);
    assert.deepEqual(shown(session), ["One", "Two", "Three"]);
    await ask(session, "Four");
    assert.deepEqual(sent(model), ["One", "Two", "Three", "Four"]);
    assert.equal(session.conversation.turns.at(-1)?.parent, three.id);
  });

  it("of several below a turn is the one that was looked at last", async () => {
    const { session, two, three } = await threeQuestions();
    const { turn: drei } = await answered(session.edit(three.id, question("Drei"), never));
    await session.selectBranch(three.id);
    const { turn: deux } = await answered(session.edit(two.id, question("Deux"), never));
    await session.selectBranch(two.id);
    assert.equal(session.conversation.leaf, three.id);
    await session.selectBranch(drei.id);
    await session.selectBranch(deux.id);
    await session.selectBranch(two.id);
    assert.equal(session.conversation.leaf, drei.id);
  });

  it("is the one that is shown after a reload", async () => {
    const { session, sessions, two } = await threeQuestions();
    await answered(session.edit(two.id, question("Deux"), never));
    await session.selectBranch(two.id);
    await sessions.close(session.conversation.id);
    assert.deepEqual(shown((await sessions.open(session.conversation.id))!), ["One", "Two", "Three"]);
  });

  it("cannot be changed while an answer runs, and none can be made of a question that is not there", async () => {
    const { session, one } = await threeQuestions();
    for (const answer of [session.edit("gone", question("x"), never), session.regenerate("gone", never)]) await assert.rejects(answer.next(), { code: "bad-use" });
    await assert.rejects(session.selectBranch("gone"), { code: "bad-use" });
    const running = session.ask(question("Slow"), never);
    await running.next();
    for (const answer of [session.edit(one.id, question("x"), never), session.regenerate(one.id, never), session.compact(never)]) {
      await assert.rejects(answer.next(), (error: unknown) => error instanceof HearthError && error.code === "bad-use" && error.remedy !== undefined);
    }
    await assert.rejects(session.selectBranch(one.id), /still answering/);
    await running.return(undefined);
    assert.equal(session.conversation.turns.length, 4);
  });
});

describe("a branch in a conversation of its own", () => {
  it("has the turns up to the one, with their ids, and is stored at once", async () => {
    const { session, sessions, store, one, two, three } = await threeQuestions();
    await answered(session.edit(three.id, question("Drei"), never));
    const branch = await sessions.branch(session.conversation.id, two.id);
    assert.notEqual(branch.conversation.id, session.conversation.id);
    assert.deepEqual([branch.conversation.turns, branch.conversation.leaf, branch.conversation.title], [[one, two], two.id, "One (branch)"]);
    assert.deepEqual(await store.load(branch.conversation.id), branch.conversation);
    assert.equal(await sessions.open(branch.conversation.id), branch);
    assert.deepEqual(shown(session), ["One", "Two", "Drei"], "the other one stays as it is");
  });

  it("goes on with the tokens of the answers that it took over", async () => {
    const { session, sessions, model, two } = await threeQuestions();
    const branch = await sessions.branch(session.conversation.id, two.id);
    await ask(branch, "Elsewhere");
    assert.deepEqual(model.requests.at(-1)!.turns.map((turn) => turn.answer?.tokens), [[2, 6, 1], [2, 6, 1], undefined]);
    assert.equal((await sessions.branch(branch.conversation.id, two.id)).conversation.title, "One (branch)");
  });

  it("keeps what was folded after its last turn", async () => {
    const { session, sessions, model } = given();
    for (const word of ["a", "b", "c"]) await ask(session, Array.from({ length: 60 }, () => word).join(" "));
    const [, two, three] = session.conversation.turns;
    model.script = "Short .";
    const events: string[] = [];
    for await (const event of session.compact(never)) events.push(event.type);
    const { compacted } = session.conversation;
    assert.ok(two && three && compacted, events.join());
    assert.equal(compacted.leaf, three.id);
    assert.deepEqual((await sessions.branch(session.conversation.id, three.id)).conversation.compacted, compacted);
    assert.equal((await sessions.branch(session.conversation.id, two.id)).conversation.compacted, undefined);
  });

  it("needs an answered turn of a conversation that is there", async () => {
    const { session, sessions, two } = await threeQuestions();
    await assert.rejects(sessions.branch("gone", two.id), { code: "bad-use" });
    await assert.rejects(sessions.branch(session.conversation.id, "gone"), { code: "bad-use" });
    const running = session.ask(question("Slow"), never);
    const started = await running.next();
    assert.ok(started.value?.type === "started");
    await assert.rejects(sessions.branch(session.conversation.id, started.value.turn.id), /still being answered/);
    await running.return(undefined);
  });
});

/** What the model is to be sent for a turn, worked out from the conversation alone. */
function expectedIds(conversation: Conversation, turnId: string): readonly string[] {
  const branch = branchTo(conversation, turnId);
  const { window } = branch.at(-1)!;
  return [...historyOf(branch.slice(0, -1)).map((turn) => turn.id).filter((id) => !window.dropped.includes(id)), turnId];
}

type Step = readonly [kind: "ask" | "edit" | "regenerate" | "select", pick: number];

const steps = fc.array(fc.tuple(fc.constantFrom<Step[0][]>("ask", "edit", "regenerate", "select"), fc.nat()), { minLength: 1, maxLength: 25 });

async function take(session: ChatSession, model: FakeModel, [kind, pick]: Step): Promise<void> {
  const { turns } = session.conversation;
  const at = turns[pick % Math.max(1, turns.length)];
  const text = `q${turns.length} ${"w ".repeat(pick % 60)}`;
  model.script = `a${turns.length} .`;
  if (kind === "select" && at) {
    await session.selectBranch(at.id);
    return assert.ok(branchOf(session.conversation).includes(at));
  }
  const answer = kind === "edit" && at ? session.edit(at.id, question(text), never) : kind === "regenerate" && at ? session.regenerate(at.id, never) : session.ask(question(text), never);
  const { turn } = await answered(answer);
  if (turn.status.kind === "done") assert.deepEqual(model.requests.at(-1)!.turns.map((one) => one.id), expectedIds(session.conversation, turn.id));
  assert.equal(session.conversation.leaf, turn.id);
}

describe("any sequence of questions, edits, new answers and looks at branches", () => {
  it("keeps every answer in a sound tree, and sends exactly the branch", async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const { session, model, store } = given({ settings: { contextFull: "dropOldest" } });
        let before: Conversation = session.conversation;
        for (const step of sequence) {
          await take(session, model, step);
          const { conversation } = session;
          assertSound(conversation);
          assert.deepEqual(conversation.turns.slice(0, before.turns.length), before.turns, "what was there stays as it was");
          assert.equal(await store.load(conversation.id), conversation);
          before = conversation;
        }
      }),
    );
  });
});
