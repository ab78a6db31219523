import assert from "node:assert/strict";
import type { ViewMention } from "../../../src/webview/protocol";
import { all, find, labelled, press } from "./chatPage";
import { active, appFile, labels, openComposer, options, optionsShown, settle, symbols, write } from "./composerPage";
import { until, usePage } from "./page";

const many: ViewMention[] = Array.from({ length: 20 }, (_, index) => ({ kind: "file", id: `f${index}`, label: `f${index}` }));

describe("the picker of @ and #", () => {
  usePage();

  it("offers rows at the caret, and says so to assistive technology", async () => {
    const { input, requests } = openComposer({ mentions: () => [symbols, appFile] });
    write(input, "Explain @");
    await optionsShown(2);
    assert.deepEqual(requests("mentions"), [{ query: "" }]);
    const list = find('[role="listbox"]');
    assert.deepEqual([input.getAttribute("aria-controls"), input.getAttribute("aria-activedescendant")], [list.id, options()[0]?.id]);
    assert.equal(list.getAttribute("aria-label"), "Attach to the question");
    assert.equal(find(".composer-status").textContent, "2 suggestions");
    write(input, "Explain @ ");
    assert.equal(find(".suggestions").hidden, true);
    assert.deepEqual([input.hasAttribute("aria-controls"), input.hasAttribute("aria-activedescendant")], [false, false]);
  });

  it("attaches a file and takes its word out of the text", async () => {
    const { input, requests, asked } = openComposer({ mentions: () => [appFile] });
    write(input, "Explain @ap please", 11);
    await optionsShown(1);
    assert.equal(press(input, "Enter"), false);
    assert.deepEqual(requests("addMention"), [{ kind: "file", id: "src/app.ts" }]);
    assert.deepEqual([input.value, input.selectionStart], ["Explain please", 8]);
    assert.equal(asked.some(([name]) => name === "ask"), false, "nothing was sent");
    assert.equal(find(".suggestions").hidden, true);
  });

  it("goes into a kind and attaches what is chosen there", async () => {
    const made: ViewMention = { kind: "symbol", id: "src/app.ts#make", label: "make", detail: "src/app.ts" };
    const { input, requests } = openComposer({ mentions: ({ kind }) => (kind ? [made] : [symbols, appFile]) });
    write(input, "#sy");
    await optionsShown(2);
    press(input, "Tab");
    assert.equal(input.value, "#symbol:");
    await optionsShown(1);
    assert.equal(find(".suggestions-title").textContent, "Symbols");
    assert.deepEqual(requests("mentions").at(-1), { query: "", kind: "symbol" });
    options()[0]?.click();
    assert.deepEqual([requests("addMention"), input.value], [[{ kind: "symbol", id: "src/app.ts#make" }], ""]);
  });

  it("says where a kind has nothing, and shows nothing for a word that only begins with the sign", async () => {
    const { input, asked } = openComposer({ mentions: () => [] });
    write(input, "@symbol:x");
    await until("the list", () => !find(".suggestions").hidden);
    assert.equal(find(".suggestions-empty").textContent, "Nothing fits “x”");
    assert.equal(press(input, "Enter"), false, "a half-written mention is not sent");
    write(input, "@Injectable");
    await settle();
    await until("the reply", () => all(".suggestions:not([hidden])").length === 0);
    press(input, "Enter");
    assert.deepEqual(asked.at(-1), ["ask", "@Injectable"]);
  });

  it("moves with the arrows and by page, round its ends", async () => {
    const { input } = openComposer({ mentions: () => many });
    write(input, "@");
    await optionsShown(20);
    const moves: [key: string, row: string][] = [["ArrowDown", "f1"], ["ArrowUp", "f0"], ["ArrowUp", "f19"], ["ArrowDown", "f0"], ["PageDown", "f8"], ["PageDown", "f16"], ["PageDown", "f19"], ["PageUp", "f11"]];
    for (const [key, row] of moves) {
      assert.equal(press(input, key), false);
      assert.equal(active(), row, `after ${key}`);
    }
    assert.equal(input.getAttribute("aria-activedescendant"), options()[11]?.id);
  });

  it("closes with Escape, which stops nothing, and stays closed for this word", async () => {
    const { input } = openComposer({ mentions: () => [appFile] });
    let outside = 0;
    document.body.addEventListener("keydown", () => outside++, { once: true });
    write(input, "@a");
    await optionsShown(1);
    assert.equal(press(input, "Escape"), false);
    assert.deepEqual([options().length, outside], [0, 0]);
    write(input, "@ap");
    await settle();
    assert.equal(options().length, 0);
    press(input, "Escape");
    assert.equal(outside, 1, "the next Escape is no longer the list's");
    write(input, "@ap and @b");
    await optionsShown(1);
  });

  it("drops replies that were overtaken", async () => {
    const replies: ((rows: ViewMention[]) => void)[] = [];
    const { input } = openComposer({ mentions: () => new Promise((resolve) => replies.push(resolve)) });
    write(input, "@a");
    await until("the first request", () => replies.length === 1);
    write(input, "@ap");
    await until("the second request", () => replies.length === 2);
    replies[1]?.([appFile]);
    await optionsShown(1);
    replies[0]?.(many);
    await settle();
    assert.deepEqual(labels(), ["app.ts"]);
  });

  it("holds Enter until the rows are there that it is for", async () => {
    let reply: (rows: ViewMention[]) => void = () => assert.fail("nothing was asked");
    const { input, requests } = openComposer({ mentions: () => new Promise((resolve) => (reply = resolve)) });
    write(input, "@app");
    assert.equal(press(input, "Enter"), false);
    await settle();
    reply([appFile]);
    await until("the choice", () => requests("addMention").length === 1);
    assert.deepEqual([requests("ask"), input.value], [[], ""]);
    write(input, "What is @Input");
    press(input, "Enter");
    await settle();
    reply([]);
    await until("the question", () => requests("ask").length === 1);
  });

  it("leaves the keys to an input method", async () => {
    const { input, requests } = openComposer({ mentions: () => [appFile] });
    write(input, "@a");
    await optionsShown(1);
    assert.equal(press(input, "Enter", { isComposing: true }), true);
    assert.deepEqual([requests("addMention"), requests("ask")], [[], []]);
  });

  it("opens by its button, after a space where a word stands before the caret", async () => {
    const { input } = openComposer({ mentions: () => [appFile] });
    write(input, "Explain");
    labelled("Attach files, symbols and more (@)").click();
    await optionsShown(1);
    assert.deepEqual([input.value, document.activeElement], ["Explain @", input]);
  });

  it("closes when the focus or the caret leaves", async () => {
    const { input } = openComposer({ mentions: () => [appFile] });
    write(input, "Explain @a");
    await optionsShown(1);
    input.setSelectionRange(2, 2);
    input.dispatchEvent(new KeyboardEvent("keyup", { key: "ArrowLeft" }));
    assert.equal(options().length, 0);
    write(input, "Explain @ap");
    await optionsShown(1);
    input.focus();
    input.blur();
    assert.equal(options().length, 0);
  });

  it("shows nothing more where the rows cannot be told", async () => {
    const { input } = openComposer();
    write(input, "@a");
    await settle();
    assert.equal(all(".suggestions:not([hidden])").length, 0);
  });
});
