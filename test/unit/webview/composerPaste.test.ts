import assert from "node:assert/strict";
import { movedOffset } from "../../../src/webview/composer/pastedText";
import { press } from "./chatPage";
import { openComposer, settle, write } from "./composerPage";
import { until, usePage } from "./page";

/** @returns whether the page writes it itself */
function paste(input: HTMLTextAreaElement, text: string): boolean {
  const event = new window.Event("paste", { bubbles: true, cancelable: true });
  Object.assign(event, { clipboardData: { getData: (type: string) => (type === "text/plain" ? text : "") } });
  return input.dispatchEvent(event);
}

describe("pasted text", () => {
  usePage();

  it("is written by the page itself where it is a word", async () => {
    const { input, requests } = openComposer({ pasteCode: () => true });
    assert.equal(paste(input, "makeRoute"), true);
    await settle();
    assert.deepEqual(requests("pasteCode"), []);
  });

  it("becomes a chip where it is code of the workspace", async () => {
    const { input, requests } = openComposer({ pasteCode: () => true });
    write(input, "Explain that", 8);
    assert.equal(paste(input, "a\r\nb"), false);
    await until("the request", () => requests("pasteCode").length === 1);
    await settle();
    assert.deepEqual(requests("pasteCode"), [{ text: "a\nb" }]);
    assert.deepEqual([input.value, input.selectionStart], ["Explain that", 8]);
  });

  it("is written at the caret where it is not, and where nobody can tell", async () => {
    for (const replies of [{ pasteCode: () => false }, {}]) {
      document.body.replaceChildren();
      const { input, drafts } = openComposer(replies);
      write(input, "Explain XX now");
      input.setSelectionRange(8, 10);
      paste(input, "a\nb");
      await until("the text", () => input.value === "Explain a\nb now");
      assert.deepEqual([input.selectionStart, input.selectionEnd, drafts.at(-1)], [11, 11, "Explain a\nb now"]);
    }
  });

  it("keeps its place while more is typed and pasted, and is sent whole", async () => {
    const replies: ((attached: boolean) => void)[] = [];
    const { input, requests } = openComposer({ pasteCode: () => new Promise((resolve) => replies.push(resolve)) });
    write(input, "<>", 1);
    paste(input, "x\ny");
    paste(input, "x\nz");
    write(input, "<xA>", 3);
    press(input, "Enter");
    await until("the first request", () => replies.length === 1);
    replies[0]?.(false);
    await until("the second request", () => replies.length === 2);
    assert.deepEqual([input.value, input.selectionStart, requests("ask")], ["<x\nyxA>", 6, []]);
    replies[1]?.(false);
    await until("the question", () => requests("ask").length === 1);
    assert.deepEqual(requests("ask"), ["<x\nyx\nzxA>"]);
  });

  const moves: readonly [before: string, after: string, offset: number, moved: number][] = [
    ["ab", "ab", 1, 1],
    ["ab", "Xab", 1, 2],
    ["ab", "aXb", 1, 1],
    ["ab", "abX", 1, 1],
    ["abcd", "cd", 3, 1],
    ["abcd", "ad", 2, 1],
    ["", "X", 0, 0],
  ];
  for (const [before, after, offset, moved] of moves) {
    it(`finds the place ${offset} of "${before}" in "${after}"`, () => assert.equal(movedOffset(before, after, offset), moved));
  }
});
