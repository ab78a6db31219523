import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ContextMeter } from "../../../../src/webview/contextView/contextMeter";
import { ContextPage } from "../../../../src/webview/contextView/contextPage";
import { ContextSource } from "../../../../src/webview/contextView/contextSource";
import type { ViewContext, ViewContextPart } from "../../../../src/webview/protocol";
import { all, find, press } from "../chatPage";
import { usePage } from "../page";

const context: ViewContext = {
  contextSize: 4096,
  parts: [
    { kind: "system", label: "", tokens: 100, text: "Be brief." },
    { kind: "rules", label: "AGENTS.md", tokens: 50, text: "<b>Be kind.</b>" },
    { kind: "code", label: "Where?", tokens: 500, text: "code", turn: "t1" },
    { kind: "history", label: "Where?", tokens: 550, text: "Where?\n\nHere.", turn: "t1" },
    { kind: "question", label: "", tokens: 4, text: "" },
    { kind: "answer", label: "", tokens: 1024 },
    { kind: "free", label: "", tokens: 1868 },
  ],
};

describe("the context meter", () => {
  usePage();

  it("tells the share, and the tokens as its label; nothing while nothing is known", () => {
    let opened = 0;
    const meter = new ContextMeter(() => opened++);
    assert.ok(meter.element.hidden);
    meter.show(context);
    assert.deepEqual([meter.element.hidden, meter.element.textContent, meter.element.getAttribute("aria-label")], [false, "29%", "Context: 29%, 1,204 of 4,096 tokens"]);
    assert.ok(!meter.element.classList.contains("nearly-full"));
    meter.element.click();
    assert.equal(opened, 1);
    meter.show({ contextSize: 100, parts: [{ kind: "history", label: "", tokens: 85 }] });
    assert.ok(meter.element.classList.contains("nearly-full"));
    meter.show(null);
    assert.ok(meter.element.hidden);
  });
});

describe("the page of the context", () => {
  usePage();

  function open(shown: ViewContext | null = context): ContextPage {
    const page = new ContextPage(() => undefined);
    document.body.append(page.element);
    page.open();
    page.show(shown);
    return page;
  }
  const line = (at: number) => all(".context-line")[at]!.textContent;

  it("lists each part with its tokens and its share, and has a segment for each", () => {
    open();
    assert.equal(find(".context-total").textContent, "1,204 of 4,096 tokens (29%) are taken.");
    assert.deepEqual([line(0), line(1)], ["System prompt100 tokens2%", "RulesAGENTS.md50 tokens1%"]);
    assert.deepEqual(all(".context-segment").map(({ dataset }) => dataset["kind"]), ["system", "rules", "code", "history", "question", "answer", "free"]);
    assert.equal(find(".context-bar").getAttribute("aria-hidden"), "true");
  });

  it("shows the exact text of a part as text, where it is opened or its segment is clicked", async () => {
    open();
    const details = all(".context-parts details") as HTMLDetailsElement[];
    assert.equal(details.length, 4, "what has no text cannot be opened");
    details[1]!.open = true;
    await sleep(5);
    assert.equal(details[1]!.querySelector("pre")?.textContent, "<b>Be kind.</b>");
    all(".context-segment")[3]!.click();
    await sleep(5);
    assert.equal(details[3]!.querySelector("pre")?.textContent, "Where?\n\nHere.");
    assert.equal(document.activeElement, details[3]!.querySelector("summary"));
    assert.equal(details[0]!.querySelector("pre")?.textContent, "", "closed ones hold nothing");
  });

  it("keeps open what is open when the context changes", async () => {
    const page = open();
    (all(".context-parts details")[3] as HTMLDetailsElement).open = true;
    await sleep(5);
    const more: ViewContextPart[] = [...context.parts.slice(0, 4), { kind: "history", label: "And?", tokens: 5, text: "And?\n\nSo.", turn: "t2" }, ...context.parts.slice(4)];
    page.show({ ...context, parts: more });
    await sleep(5);
    assert.deepEqual(all(".context-parts details[open] pre").map((pre) => pre.textContent), ["Where?\n\nHere."]);
  });

  it("says so while no model is loaded, and closes by Escape", () => {
    const page = open(null);
    assert.match(find(".context-total").textContent, /^No model is loaded/);
    assert.ok(find(".context-bar").hidden);
    press(find(".context-body"), "Escape");
    assert.ok(page.element.hidden);
  });
});

describe("what is asked about the context", () => {
  usePage();

  it("is asked once for several changes, and again for one in the meantime; never while an answer runs", async () => {
    const waiting: ((context: ViewContext | null) => void)[] = [];
    const shown: (ViewContext | null)[] = [];
    const state = { busy: false };
    const peer = { call: () => new Promise((resolve) => waiting.push(resolve)) } as never;
    const source = new ContextSource(peer, () => state.busy, (value) => shown.push(value));
    for (let at = 0; at < 3; at++) source.changed();
    await sleep(200);
    assert.equal(waiting.length, 1);
    source.changed();
    await sleep(200);
    assert.equal(waiting.length, 1);
    waiting[0]!(context);
    await sleep(200);
    assert.deepEqual([waiting.length, shown.length], [2, 1]);
    waiting[1]!(null);
    state.busy = true;
    source.changed();
    await sleep(200);
    assert.deepEqual([waiting.length, shown.length], [2, 2]);
  });
});
