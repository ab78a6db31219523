import assert from "node:assert/strict";
import { press, state, turn } from "./chatPage";
import { openComposer, write } from "./composerPage";
import { usePage } from "./page";

const turns = [turn({ id: "a", question: "One" }), turn({ id: "b", question: "Two" }), turn({ id: "c", question: "Two" })];

describe("earlier questions", () => {
  usePage();

  it("come back with Up in an empty input, each once, and go forth with Down", () => {
    const { input, drafts } = openComposer({}, state({ turns }));
    const moves: [key: string, shown: string][] = [["ArrowDown", ""], ["ArrowUp", "Two"], ["ArrowUp", "One"], ["ArrowUp", "One"], ["ArrowDown", "Two"], ["ArrowDown", ""], ["ArrowUp", "Two"]];
    for (const [key, shown] of moves) {
      press(input, key);
      assert.equal(input.value, shown, `after ${key}`);
    }
    assert.equal(drafts.at(-1), "Two");
  });

  it("have those that were asked since", () => {
    const { input, composer } = openComposer({}, state({ turns }));
    composer.setTurn(turn({ id: "d", question: "Three" }));
    composer.setTurn(turn({ id: "d", question: "Three" }));
    press(input, "ArrowUp");
    assert.equal(input.value, "Three");
    composer.show(state());
    write(input, "");
    press(input, "ArrowUp");
    assert.equal(input.value, "", "another conversation has none of them");
  });

  it("leave alone what the person has written, and the caret inside a text", () => {
    const { input } = openComposer({}, state({ turns }));
    write(input, "Mine");
    assert.equal(press(input, "ArrowUp"), true);
    assert.equal(input.value, "Mine");
    write(input, "");
    press(input, "ArrowUp");
    write(input, "Two, but other");
    press(input, "ArrowUp");
    assert.equal(input.value, "Two, but other");
    write(input, "");
    press(input, "ArrowUp");
    input.setSelectionRange(1, 1);
    assert.equal(press(input, "ArrowUp"), true);
    assert.equal(press(input, "ArrowUp", { shiftKey: true }), true);
  });
});
