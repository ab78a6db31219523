import assert from "node:assert/strict";
import { mendTree } from "../../../src/chat/turnTree";
import type { Conversation } from "../../../src/chat/types";

/** What holds for every conversation. */
export function assertSound(conversation: Conversation): void {
  const before = new Set<string>();
  for (const { id, parent } of conversation.turns) {
    assert.ok(!before.has(id), "ids are unique");
    assert.ok(parent === undefined || before.has(parent), "a parent stands before its children");
    before.add(id);
  }
  const parents = new Set(conversation.turns.map((one) => one.parent));
  assert.ok(conversation.leaf === undefined ? conversation.turns.length === 0 : before.has(conversation.leaf) && !parents.has(conversation.leaf));
  assert.equal(mendTree(conversation).turns.every((one, at) => one === conversation.turns[at]), true, "nothing is left to mend");
}
