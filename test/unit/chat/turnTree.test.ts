import assert from "node:assert/strict";
import fc from "fast-check";
import { branchOf, branchTo, newConversation, siblingsOf, windowAfter, windowOf, withTurn } from "../../../src/chat/conversation";
import { mergeConversations } from "../../../src/chat/mergeConversations";
import { descendantsOf, leafBelow, mendTree } from "../../../src/chat/turnTree";
import type { Conversation, Turn } from "../../../src/chat/types";
import { conversationOf, turn } from "./samples";
import { assertSound } from "./turnTreeChecks";

const ids = (turns: readonly Turn[]) => turns.map((one) => one.id);
const joined = (turns: readonly Turn[]) => ids(turns).join(" ");

/** "a b<a c<b b2<a": the turns in their order, each with its parent; the last one is shown. */
function tree(text: string, over: Partial<Conversation> = {}): Conversation {
  const turns = text.split(" ").map((word) => {
    const [id = "", parent] = word.split("<");
    return turn(id, { parent });
  });
  return conversationOf(turns, over);
}

const forked = () => tree("a b<a c<b b2<a c2<b2 d2<c2 x2<b2 a2");

describe("the branches of a conversation", () => {
  const branches: [leaf: string | undefined, branch: string][] = [
    [undefined, ""],
    ["a", "a"],
    ["c", "a b c"],
    ["d2", "a b2 c2 d2"],
    ["a2", "a2"],
    ["nothing", ""],
  ];
  for (const [leaf, branch] of branches) {
    it(`lead from the first turn to ${leaf}`, () => {
      assert.equal(joined(branchTo(forked(), leaf)), branch);
      assert.equal(joined(branchOf({ ...forked(), leaf })), branch);
    });
  }

  const siblings: [id: string, siblings: string][] = [
    ["a", "a a2"],
    ["b", "b b2"],
    ["b2", "b b2"],
    ["c", "c"],
    ["x2", "c2 x2"],
    ["nothing", ""],
  ];
  for (const [id, expected] of siblings) it(`beside ${id} are ${expected || "none"}`, () => assert.equal(joined(siblingsOf(forked(), id)), expected));

  const leaves: [id: string, seen: string[], leaf: string | undefined][] = [
    ["b", [], "c"],
    ["b2", [], "x2"],
    ["b2", ["d2"], "d2"],
    ["b2", ["x2", "d2", "c"], "d2"],
    ["c2", ["x2"], "d2"],
    ["a", ["x2", "c"], "c"],
    ["a2", ["c"], "a2"],
    ["b", ["b"], "c"],
    ["nothing", ["c"], undefined],
  ];
  for (const [id, seen, leaf] of leaves) it(`of ${id} shows ${leaf} after ${seen.join(", ") || "none"} was seen`, () => assert.equal(leafBelow(forked().turns, id, seen), leaf));

  const mended: [name: string, given: Conversation, order: string, parents: (string | undefined)[], leaf: string | undefined][] = [
    ["a child before its parent", { ...tree("a"), turns: [turn("b", { parent: "a" }), turn("a")], leaf: "b" }, "a b", [undefined, "a"], "b"],
    ["a parent that is missing", { ...tree("b<gone c<b"), leaf: "c" }, "b c", [undefined, "b"], "c"],
    ["turns that are each other's parents", { ...tree("a<b b<a"), leaf: "a" }, "b a", [undefined, "b"], "a"],
    ["a turn that is its own parent", tree("a<a b<a"), "a b", [undefined, "a"], "b"],
    ["a leaf that is missing", { ...tree("a b<a"), leaf: "gone" }, "a b", [undefined, "a"], "b"],
    ["a leaf in the middle", { ...tree("a b<a"), leaf: "a" }, "a b", [undefined, "a"], "b"],
    ["no leaf", { ...tree("a"), leaf: undefined }, "a", [undefined], "a"],
    ["nothing", newConversation(), "", [], undefined],
  ];
  for (const [name, given, order, parents, leaf] of mended) {
    it(`are mended: ${name}`, () => {
      const { turns, leaf: shown } = mendTree(given);
      assert.deepEqual([joined(turns), turns.map((one) => one.parent), shown], [order, parents, leaf]);
    });
  }

  it("hand on what the turn before left out, or what was folded after it, to the next turn", () => {
    const window = { dropped: ["a"], withoutCode: ["b"] };
    const folded = { dropped: ["a", "b"], withoutCode: [], summary: "Folded." };
    const conversation = conversationOf([turn("a"), turn("b", { parent: "a", window: { ...window, summary: "Short." } }), turn("c", { parent: "b" })], { leaf: "b" });
    const compacted = { ...conversation, compacted: { leaf: "b", window: folded } };
    assert.deepEqual(windowOf(conversation), window);
    assert.deepEqual([windowOf(compacted), windowOf({ ...compacted, leaf: "c" })], [folded, { dropped: [], withoutCode: [] }]);
    assert.deepEqual([windowAfter(compacted, "b"), windowAfter(compacted, undefined)], [folded, { dropped: [], withoutCode: [] }]);
  });
});

/** Turns that go on from any earlier one, or begin anew. */
const turnsOf = fc.array(fc.nat(), { maxLength: 25 }).map((picks) => {
  const turns: Turn[] = [];
  for (const [at, pick] of picks.entries()) turns.push(turn(`t${at}`, { parent: at === 0 || pick % (at + 1) === at ? undefined : `t${pick % (at + 1)}` }));
  return turns;
});

describe("any tree of turns", () => {
  it("is mended to a sound one with the same turns, whatever its order", () => {
    fc.assert(
      fc.property(turnsOf.chain((turns) => fc.shuffledSubarray(turns, { minLength: turns.length })), (turns) => {
        const conversation = mendTree({ ...newConversation(), turns });
        assertSound(conversation);
        assert.deepEqual(ids(conversation.turns).sort(), ids(turns).sort());
        for (const one of conversation.turns) assert.equal(one.parent, turns.find((other) => other.id === one.id)?.parent);
      }),
    );
  });

  it("is the union of what two windows made of it, in the same order from either side", () => {
    fc.assert(
      fc.property(turnsOf, fc.array(fc.boolean()), (turns, mine) => {
        const closed = (keep: (at: number) => boolean) => {
          const kept = new Set<string>();
          for (const [at, one] of turns.entries()) if (keep(at)) for (const ancestor of branchTo({ ...newConversation(), turns }, one.id)) kept.add(ancestor.id);
          return mendTree({ ...newConversation(), turns: turns.filter((one) => kept.has(one.id)) });
        };
        const [a, b] = [closed((at) => mine[at] !== true), closed((at) => mine[at] === true || at % 3 === 0)];
        const merge = (first: Conversation, second: Conversation) =>
          mergeConversations({ mine: first, theirs: second, isUnchanged: () => false, removed: new Set() });
        const merged = merge(a, b);
        assertSound(merged);
        assert.deepEqual(ids(merged.turns), ids(turns).filter((id) => ids(a.turns).includes(id) || ids(b.turns).includes(id)));
        assert.deepEqual(ids(merge(b, a).turns), ids(merged.turns));
      }),
    );
  });

  it("has each turn on one way from the root, and its descendants behind it", () => {
    fc.assert(
      fc.property(turnsOf, (turns) => {
        const conversation = turns.reduce(withTurn, newConversation());
        for (const one of turns) {
          const branch = branchTo(conversation, one.id);
          assert.ok(branch.at(-1) === one && branch[0]?.parent === undefined);
          assert.ok(branch.every((other, at) => at === 0 || other.parent === branch[at - 1]?.id));
          const below = turns.filter((other) => branchTo(conversation, other.id).includes(one));
          assert.deepEqual(descendantsOf(turns, one.id), ids(below));
          assert.deepEqual(siblingsOf(conversation, one.id), turns.filter((other) => other.parent === one.parent));
        }
      }),
    );
  });
});
