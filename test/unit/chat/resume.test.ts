import assert from "node:assert/strict";
import { HearthError } from "../../../src/common/errors";
import { chunk, fakeRetriever } from "./fakes";
import { answered, ask, given, never } from "./sessionKit";

const words = (word: string) => Array.from({ length: 80 }, () => word).join(" ");

describe("resuming a conversation", () => {
  it("prepares exactly what the next question goes on from", async () => {
    const settings = { systemPrompt: "Mine.", contextFull: "dropOldest" as const };
    const { session, sessions, model } = given({ settings, retriever: fakeRetriever([chunk("a.ts", 1, "code()")]) });
    for (const word of ["a", "b", "c", "d", "e"]) await ask(session, words(word));
    const { id } = session.conversation;
    await sessions.close(id);
    const reopened = (await sessions.open(id))!;
    const result = await reopened.resume(never);
    assert.ok(result && result.evaluatedTokens === result.tokens, "the model held nothing of it any more");
    const [resumed] = model.resumed;
    const { turn } = await ask(reopened, "Next");
    const request = model.requests.at(-1)!;
    assert.deepEqual([resumed?.conversation, resumed?.system, resumed?.turns], [request.conversation, "Mine.", request.turns.slice(0, -1)]);
    assert.ok(turn.window.dropped.length > 0 && turn.status.kind === "done");
    assert.equal(turn.status.record.stats.reusedTokens, result.tokens);
  });

  it("takes the branch that is shown", async () => {
    const { session, model } = given();
    const { turn: one } = await ask(session, "One");
    await answered(session.edit(one.id, { text: "Uno", attachments: [] }, never));
    await session.selectBranch(one.id);
    await session.resume(never);
    assert.deepEqual(model.resumed[0]!.turns.map((turn) => turn.user), ["One"]);
  });

  it("leaves out questions that nobody answered", async () => {
    const { session, model } = given();
    await ask(session, "One");
    model.loadError = new HearthError("model-not-found", "There is no file.");
    await ask(session, "Two");
    model.loadError = undefined;
    await session.resume(never);
    assert.deepEqual(model.resumed[0]!.turns.map((turn) => turn.user), ["One"]);
  });

  it("has nothing to do for an empty conversation, nor one without an answer, and loads no model for it", async () => {
    const { session, model } = given();
    model.loadError = new HearthError("out-of-memory", "There is no memory left.");
    assert.equal(await session.resume(never), undefined);
    await ask(session, "One");
    assert.equal(await session.resume(never), undefined);
  });

  it("fails as loading does", async () => {
    const { session, model } = given();
    await ask(session, "One");
    model.loadError = new HearthError("out-of-memory", "There is no memory left.");
    await assert.rejects(session.resume(never), { code: "out-of-memory" });
  });
});
