import assert from "node:assert/strict";
import { siblingsOf } from "../../../src/chat/conversation";
import { withoutTurns } from "../../../src/chat/turnTree";
import { conversationOf, turn } from "./samples";
import { answered, ask, given, never } from "./sessionKit";
import { assertSound } from "./turnTreeChecks";

describe("a turn that is deleted", () => {
  it("goes with what follows from it, here and in the store", async () => {
    const { session, store } = given();
    const first = await ask(session, "One?");
    await ask(session, "Two?");
    await session.deleteTurn(first.turn.id);
    assert.deepEqual(session.conversation.turns, []);
    assert.equal(session.conversation.title, "New chat");
    await ask(session, "Else?");
    const stored = (await store.load(session.conversation.id))!;
    assert.deepEqual(stored.turns.map(({ question }) => question.text), ["Else?"]);
    assert.equal(stored.title, "Else?");
  });

  it("leaves other branches, of which the next one is shown, and what the model is sent", async () => {
    const { session, model } = given();
    const first = await ask(session, "One?");
    const second = await ask(session, "Two?");
    const again = await answered(session.regenerate(second.turn.id, never));
    await ask(session, "Three?");
    await session.deleteTurn(again.turn.id);
    assert.deepEqual(siblingsOf(session.conversation, second.turn.id).map(({ id }) => id), [second.turn.id]);
    assert.equal(session.conversation.leaf, second.turn.id);
    await ask(session, "Four?");
    assert.deepEqual(model.requests.at(-1)?.turns.map(({ id }) => id).slice(0, 2), [first.turn.id, second.turn.id]);
    assert.equal(model.requests.at(-1)?.turns.length, 3);
  });

  it("is refused while the chat answers, and when there is no such turn", async () => {
    const { session, model } = given();
    const { turn: first } = await ask(session, "One?");
    let refused: unknown;
    model.beforeToken = () => {
      session.deleteTurn(first.id).catch((error: unknown) => (refused = error));
    };
    await ask(session, "Two?");
    assert.match(String(refused), /still answering/);
    await assert.rejects(session.deleteTurn("none"), /no such question/);
  });

  it("leaves a title that a person gave", async () => {
    const { session } = given();
    const { turn: first } = await ask(session, "One?");
    await session.rename("Mine");
    await session.deleteTurn(first.id);
    assert.equal(session.conversation.title, "Mine");
  });

  const tree = () => conversationOf([turn("a"), turn("b", { parent: "a" }), turn("c", { parent: "b" }), turn("b2", { parent: "a" }), turn("d", { parent: "b2" }), turn("root2")]);
  const cases: readonly [leaf: string, gone: readonly string[], left: string | undefined][] = [
    ["c", ["c"], "b"],
    ["c", ["b", "c"], "d"],
    ["d", ["b2", "d"], "c"],
    ["c", ["a", "b", "c", "b2", "d"], "root2"],
    ["root2", ["root2"], "d"],
    ["c", ["b2", "d"], "c"],
    ["c", ["a", "b", "c", "b2", "d", "root2"], undefined],
  ];
  for (const [leaf, gone, left] of cases) {
    it(`leaves ${left ?? "nothing"} in sight when ${gone.join(", ")} go and ${leaf} was shown`, () => {
      const conversation = withoutTurns({ ...tree(), leaf }, new Set(gone));
      assertSound(conversation);
      assert.equal(conversation.leaf, left);
    });
  }
});
