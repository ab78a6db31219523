import assert from "node:assert/strict";
import type { ViewAttachment } from "../../../src/webview/protocol";
import { all, find, labelled, press, state } from "./chatPage";
import { attachment, openComposer, write } from "./composerPage";
import { usePage } from "./page";

const three: readonly ViewAttachment[] = [attachment(), attachment({ source: "problems", label: "3 problems" }), attachment({ path: "b.ts", startLine: 1, endLine: 1, source: "symbol", label: "make" })];

describe("what is attached", () => {
  usePage();

  it("stands in chips with what they are, each with a button that removes it", () => {
    const { requests } = openComposer({}, state({ pending: three }));
    assert.deepEqual(all(".composer .chip").map(({ textContent }) => textContent), ["app.ts:3-9", "3 problems", "make"]);
    assert.deepEqual(all(".composer .chip > .icon").map((icon) => icon.getAttribute("class")), ["icon icon-file", "icon icon-warning", "icon icon-symbol"]);
    labelled("Remove 3 problems").click();
    assert.deepEqual(requests("removeAttachment"), [1]);
    assert.equal(find(".composer-status").textContent, "", "what was there already is not told");
  });

  it("is reached by keys: one stop of the Tab key, arrows, Delete, and the focus stays near", () => {
    const { composer, requests, input } = openComposer({}, state({ pending: three }));
    const buttons = all(".composer .chip-close");
    assert.deepEqual(buttons.map(({ tabIndex }) => tabIndex), [0, -1, -1]);
    buttons[0]?.focus();
    press(buttons[0]!, "ArrowRight");
    assert.equal(document.activeElement, buttons[1]);
    press(buttons[1]!, "Delete");
    assert.deepEqual(requests("removeAttachment"), [1]);
    composer.setAttachments([three[0]!, three[2]!]);
    assert.equal(document.activeElement, labelled("Remove make"));
    composer.setAttachments([three[0]!]);
    assert.equal(document.activeElement, labelled("Remove src/app.ts:3-9"));
    composer.setAttachments([]);
    assert.equal(document.activeElement, input);
  });

  it("loses the last one to Backspace in an empty input, but not to one that is held down", () => {
    const { requests, input } = openComposer({}, state({ pending: three }));
    write(input, "x");
    press(input, "Backspace");
    write(input, "");
    press(input, "Backspace", { repeat: true });
    assert.deepEqual(requests("removeAttachment"), []);
    press(input, "Backspace");
    assert.deepEqual(requests("removeAttachment"), [2]);
  });

  it("is told when it comes and goes", () => {
    const { composer } = openComposer({}, state({ pending: [three[0]!] }));
    composer.setAttachments(three);
    assert.equal(find(".composer-status").textContent, "Attached 3 problems, make.");
    composer.setAttachments([three[0]!, three[2]!]);
    assert.equal(find(".composer-status").textContent, "Removed 3 problems.");
  });
});
