import assert from "node:assert/strict";
import type { ViewDraftSize } from "../../../src/webview/protocol";
import { find, press, state } from "./chatPage";
import { attachment, openComposer, settle, write } from "./composerPage";
import { until, usePage } from "./page";

const size: ViewDraftSize = { question: 320, history: 1204, contextSize: 4096 };
const line = () => find(".draft-size");

describe("the size of what would be sent", () => {
  usePage();

  it("shows what stands in the context, then with a draft what it would take, counted once the typing rests", async () => {
    const { input, requests } = openComposer({ draftSize: () => size });
    await until("the size", () => !line().hidden);
    assert.equal(line().textContent, "1,204 of 4,096 used");
    write(input, "Wh");
    write(input, "Why?");
    await until("the draft's size", () => line().textContent === "~320 tokens · 1,204 of 4,096 used");
    assert.deepEqual(requests("draftSize"), [{ text: "" }, { text: "Why?" }]);
  });

  it("counts again when something is attached and when an answer has ended", async () => {
    const { composer, requests } = openComposer({ draftSize: () => size });
    await until("the first size", () => requests("draftSize").length === 1);
    composer.setAttachments([attachment()]);
    await until("the size with an attachment", () => line().textContent.startsWith("~320"));
    composer.setRunning(true);
    composer.setRunning(false);
    await until("the size after an answer", () => requests("draftSize").length === 3);
  });

  it("warns when it is more than the context holds", async () => {
    let now: ViewDraftSize = { ...size, history: 3900 };
    const { input } = openComposer({ draftSize: () => now });
    write(input, "Why?");
    await until("the warning", () => line().classList.contains("too-large"));
    assert.match(line().title, /oldest turns have to leave/);
    assert.equal(find(".composer-status").textContent, line().title);
    now = { ...size, question: 5000 };
    write(input, "Why? ".repeat(900));
    await until("the other reason", () => line().title.includes("larger than the context"));
    now = size;
    write(input, "Why?");
    await until("the end of it", () => !line().classList.contains("too-large"));
    assert.equal(line().title, "");
  });

  it("is hidden where nothing counts: no model, or no answer", async () => {
    const model = { kind: "idle", model: "phi3-mini" } as const;
    const { composer, requests, input } = openComposer({ draftSize: () => size }, state({ model }));
    write(input, "Why?");
    await new Promise((resolve) => setTimeout(resolve, 350));
    assert.deepEqual([requests("draftSize"), line().hidden], [[], true]);
    composer.setModel({ kind: "ready", model: "phi3-mini", device: "CPU", contextSize: 4096 });
    await until("the size", () => !line().hidden);
    composer.setModel(model);
    assert.equal(line().hidden, true);
    document.body.replaceChildren();
    const none = openComposer({ draftSize: () => null });
    await until("the reply", () => none.requests("draftSize").length === 1);
    await settle();
    assert.equal(line().hidden, true);
    press(none.input, "a");
  });
});
