import assert from "node:assert/strict";
import { contributes } from "../../../package.json";
import type { ViewStats } from "../../../src/webview/protocol";
import { all, find, labelled, open, press, running, state, stats, turn, type } from "./chatPage";
import { until, usePage } from "./page";

describe("the chat view", () => {
  usePage();

  it("begins with hints, the model and the index", async () => {
    await open();
    assert.equal(all(".hint").length, 3);
    const binding = contributes.keybindings.find(({ command }) => command === "hearth.explainSelection");
    assert.equal(find(".hint kbd").textContent.toLowerCase(), binding?.key);
    assert.equal(find(".model-name").textContent, "phi3-mini");
    assert.equal(find(".model-detail").textContent, "CPU, 2 threads · 4,096 tokens");
    assert.equal(find(".index-state").textContent, "1,204 files");
    assert.equal(document.activeElement, document.body, "the view does not take the focus by itself");
    window.dispatchEvent(new window.Event("focus"));
    assert.equal(document.activeElement, find("textarea"));
  });

  it("shows a turn with its answer, stats and references", async () => {
    const range = { path: "src/a.ts", startLine: 3, endLine: 9 };
    const { asked } = await open(state({ turns: [turn({ citations: [{ ...range, symbol: "A > b" }], attachments: [{ ...range, language: "typescript" }] })] }));
    assert.equal(find(".question-text").textContent, "Why <b>?");
    assert.equal(find(".answer .markdown strong").textContent, "so");
    assert.equal(find(".stats summary").textContent, "1,812 reused · 45 read · 120 generated · first token 0.4 s · 12.3 tokens/s");
    assert.match(find(".stats dl").textContent, /DeviceCPU.*Seed42.*Prompt1,857 tokens, 1,812 of them kept from before$/);
    assert.equal(find(".citations summary").textContent, "1 reference");
    assert.equal(find(".citation").textContent, "Open src/a.ts:3-9A > b");
    find(".citation").click();
    find(".question .chip").click();
    await until("the requests", () => asked.length === 2);
    assert.deepEqual(asked, [["openRange", range], ["openRange", range]]);
  });

  it("streams: prompt progress, then text, then the end", async () => {
    const { shell } = await open();
    shell.emit("turn", turn(running));
    await until("the turn", () => all("article.turn").length === 1);
    assert.equal(find("article.turn").getAttribute("aria-busy"), "true");
    assert.equal(all(".hint").length, 0);
    shell.emit("prefill", { turn: "t1", done: 620, total: 1600, reused: 240, restored: 0 });
    await until("the progress", () => find(".prefill").textContent.includes("620"));
    assert.equal(find(".prefill").textContent, "Reading 620 of 1,600 tokens (240 reused)");
    assert.equal(find(".prefill .progress").getAttribute("aria-valuenow"), "39");
    shell.emit("text", { turn: "t1", text: "Because " });
    shell.emit("text", { turn: "t1", text: "**so**." });
    await until("the text", () => find(".answer .markdown").textContent.trim() === "Because so.");
    assert.equal(find(".prefill").hidden, true);
    shell.emit("notice", { turn: "t1", text: "A turn left." });
    shell.emit("turn", turn({ notices: ["A turn left."] }));
    await until("the end", () => find("article.turn").getAttribute("aria-busy") === "false");
    assert.equal(find(".notices").textContent, "A turn left.");
    assert.equal(find('[aria-live="polite"]').textContent, "Because so.");
    assert.equal(find(".answer .markdown").textContent.trim(), "Because so.");
  });

  it("shows an answer in the middle of which it opens, and goes on with it", async () => {
    const { shell } = await open(state({ turns: [turn({ ...running, answer: "Half " })] }));
    assert.equal(find(".markdown").textContent.trim(), "Half");
    shell.emit("text", { turn: "t1", text: "and whole." });
    await until("the rest", () => find(".markdown").textContent.trim() === "Half and whole.");
  });

  it("sends with Enter, breaks with Shift+Enter, and leaves Enter to an input method", async () => {
    const { asked } = await open();
    const input = type("  Why?  ");
    assert.equal(press(input, "Enter", { shiftKey: true }), true, "Shift+Enter keeps its default");
    press(input, "Enter", { isComposing: true });
    assert.equal(press(input, "Enter"), false);
    await until("the question", () => asked.length > 0);
    assert.deepEqual(asked, [["ask", { text: "Why?" }]]);
    assert.equal(input.value, "");
  });

  it("sends nothing that is empty", async () => {
    const { asked } = await open();
    assert.equal(labelled("Send").disabled, true);
    press(type("   "), "Enter");
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(asked, []);
  });

  it("gives a refused question back and says why", async () => {
    await open(state(), {}, true);
    press(type("Why?"), "Enter");
    await until("the reason", () => find('[role="alert"]').textContent !== "");
    assert.equal(find('[role="alert"]').textContent, "Hearth is still answering. Wait.");
    assert.equal(find<HTMLTextAreaElement>("textarea").value, "Why?");
  });

  it("stops with Escape and the button, but only while an answer runs", async () => {
    const { shell, asked } = await open();
    press(document.body, "Escape");
    assert.equal(labelled("Stop").hidden, true);
    shell.emit("turn", turn(running));
    await until("the stop button", () => !labelled("Stop").hidden);
    assert.equal(labelled("Send").hidden, true);
    press(find("textarea"), "Escape");
    labelled("Stop").click();
    await until("both", () => asked.length === 2);
    assert.deepEqual(asked, [["stop", {}], ["stop", {}]]);
  });

  it("does not send while an answer runs, and keeps the draft", async () => {
    const { asked } = await open(state({ turns: [turn(running)] }));
    const input = type("Next");
    press(input, "Enter");
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual([asked, input.value], [[], "Next"]);
  });

  it("shows what is attached, and takes it away", async () => {
    const { asked, shell } = await open(state({ pending: [{ path: "src/a.ts", startLine: 3, endLine: 3, language: "typescript" }] }));
    assert.equal(find(".composer .chip").textContent, "a.ts:3");
    labelled("Remove src/a.ts:3").click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [["removeAttachment", { index: 0 }]]);
    shell.emit("pending", []);
    await until("the chip to go", () => all(".composer .chip").length === 0);
  });

  it("switches code context as the shell says", async () => {
    const { asked, shell } = await open();
    const toggle = find(".toggle");
    toggle.click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [["setContext", { enabled: false }]]);
    assert.equal(toggle.getAttribute("aria-pressed"), "true", "the shell has not said so yet");
    shell.emit("useContext", false);
    await until("the switch", () => toggle.getAttribute("aria-pressed") === "false");
  });

  it("offers the remedies of a missing model", async () => {
    const error = { message: "No file.", remedy: "Download it.", actions: ["download", "pickFile"] } as const;
    const { asked, shell } = await open(state({ model: { kind: "unavailable", model: "phi3-mini", missing: true, error } }));
    assert.equal(find(".model-problem .error-text").textContent, "No file.Download it.");
    assert.equal(find(".model-problem .setup").getAttribute("aria-label"), "Set up", "nothing has failed");
    find('.model-problem [data-action="download"]').click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [["action", { action: "download" }]]);
    shell.emit("model", { kind: "downloading", model: "phi3-mini", receivedBytes: 6e8, totalBytes: 2.4e9, phase: "download", paused: false });
    await until("the download", () => find(".model-detail").textContent === "600 MB of 2.4 GB");
    assert.equal(find(".model-header > .progress").getAttribute("aria-valuenow"), "25");
    assert.equal(all(".model-problem .error-box").length, 0);
    shell.emit("model", { kind: "loading", model: "phi3-mini", fraction: 0.43 });
    await until("the load", () => find(".model-detail").textContent === "loading 43%");
  });

  it("calls search results search results", async () => {
    const reason = { message: "No model.", remedy: "Download it.", actions: ["download"] } as const;
    await open(state({ turns: [turn({ status: { kind: "searchResults", reason } })] }));
    assert.equal(find(".search-banner").textContent, "Search results, not an answer");
    assert.equal(all(".stats").length, 0);
  });

  it("keeps what came of a failed answer, and asks again", async () => {
    const error = { message: "It died.", actions: ["retry", "showLog"] } as const;
    const { asked } = await open(state({ turns: [turn({ answer: "Half", status: { kind: "failed", error } })] }));
    assert.equal(find(".markdown").textContent.trim(), "Half");
    find('[data-action="retry"]').click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [["action", { action: "retry", turn: "t1" }]]);
  });

  const notes: readonly [ViewStats["stopReason"], RegExp | undefined][] = [
    ["end", undefined],
    ["stopped", /^Stopped\.$/],
    ["maxTokens", /hearth\.maxTokens/],
    ["contextFull", /context is full/],
    ["modelChanged", /model was changed/],
  ];
  for (const [stopReason, note] of notes) {
    it(`tells of the end by "${stopReason}"${note ? "" : " nothing"}`, async () => {
      await open(state({ turns: [turn({ status: { kind: "done", stats: { ...stats, stopReason } } })] }));
      const shown = all(".footer .note").map(({ textContent }) => textContent);
      assert.equal(shown.length, note ? 1 : 0);
      if (note) assert.match(shown[0] ?? "", note);
    });
  }

  it("marks turns that left the context", async () => {
    const { shell } = await open(state({ turns: [turn(), turn({ id: "t2" })] }));
    assert.deepEqual(all(".dropped-note").map(({ hidden }) => hidden), [true, true]);
    shell.emit("turn", turn({ dropped: true }));
    await until("the mark", () => !all(".dropped-note")[0]?.hidden);
    assert.equal(all(".dropped-note")[1]?.hidden, true);
  });

  it("keeps draft and conversation over a reload", async () => {
    const first = await open();
    type("A draft");
    assert.deepEqual(first.saved(), { conversation: "c1", draft: "A draft" });
    document.body.replaceChildren();
    await open(state(), first.saved());
    assert.equal(find<HTMLTextAreaElement>("textarea").value, "A draft");
  });

  it("shows another conversation from its beginning", async () => {
    const { shell } = await open(state({ turns: [turn()] }));
    shell.emit("state", state({ conversation: "c2" }));
    await until("the empty chat", () => all("article.turn").length === 0);
    assert.equal(all(".hint").length, 3);
  });
});

describe("the place in the conversation", () => {
  usePage();

  /** jsdom lays nothing out: the test says how high things are. */
  function measure(heights: { scrollHeight: number; clientHeight: number }): HTMLElement {
    const list = find(".messages");
    for (const [name, value] of Object.entries(heights)) Object.defineProperty(list, name, { value, configurable: true });
    return list;
  }

  it("follows the end while the reader is there", async () => {
    const { shell } = await open(state({ turns: [turn(running)] }));
    const list = measure({ scrollHeight: 2000, clientHeight: 500 });
    shell.emit("text", { turn: "t1", text: "More" });
    await until("the end", () => list.scrollTop === 2000);
  });

  it("stays where the reader scrolled to, and keeps it", async () => {
    const { shell, saved } = await open(state({ turns: [turn(running)] }));
    const list = measure({ scrollHeight: 2000, clientHeight: 500 });
    for (const place of [1500, 300]) {
      list.scrollTop = place;
      list.dispatchEvent(new window.Event("scroll"));
    }
    shell.emit("text", { turn: "t1", text: "More" });
    await until("the text", () => find(".markdown").textContent.includes("More"));
    assert.deepEqual([list.scrollTop, saved().scroll, labelled("Go to the end").hidden], [300, 300, false]);
    labelled("Go to the end").click();
    assert.deepEqual([list.scrollTop, saved().scroll, labelled("Go to the end").hidden], [2000, undefined, true]);
  });
});
