import assert from "node:assert/strict";
import { all, find, labelled, open, press, state, turn } from "./chatPage";
import { until, usePage } from "./page";

describe("the bar over a conversation", () => {
  usePage();

  it("shows the title, also when it changes", async () => {
    const { shell } = await open(state({ title: "Heavy parcels", turns: [turn()] }));
    assert.equal(find(".conversation-title").textContent, "Heavy parcels");
    shell.emit("title", "Light parcels");
    await until("the new title", () => find(".conversation-title").textContent === "Light parcels");
  });

  it("begins a new chat, and opens the history by its button and by the shell's word", async () => {
    const { shell, asked } = await open();
    labelled("New chat").click();
    await until("the new chat", () => asked.some(([name]) => name === "newConversation"));
    for (const show of [() => labelled("Chat history").click(), () => shell.emit("showHistory", {})]) {
      show();
      await until("the history", () => !find(".overlay.history").hidden);
      assert.ok(find(".messages-frame").hasAttribute("inert") && find(".composer").hasAttribute("inert"));
      press(find(".history-search"), "Escape");
      assert.equal(all("[inert]").length, 0);
    }
  });

  it("opens the context view by the shell's word, while no model is loaded too", async () => {
    const { shell } = await open();
    assert.ok(find(".context-meter").hidden);
    shell.emit("showContext", {});
    await until("the context view", () => !find(".overlay.context").hidden);
    press(find(".context-body"), "Escape");
    assert.ok(find(".overlay.context").hidden);
  });

  it("has one page open at a time", async () => {
    const { shell } = await open();
    shell.emit("showHistory", {});
    await until("the history", () => !find(".overlay.history").hidden);
    shell.emit("showContext", {});
    await until("the context view", () => !find(".overlay.context").hidden);
    assert.ok(find(".overlay.history").hidden && !find(".overlay.context").hasAttribute("inert"));
    press(find(".context-body"), "Escape");
    assert.equal(all("[inert]").length, 0);
  });

  it("keeps Escape for the page that is open, so that no answer is stopped by it", async () => {
    const { shell, asked } = await open(state({ turns: [turn({ status: { kind: "running" }, answer: "" })] }));
    shell.emit("showHistory", {});
    await until("the history", () => !find(".overlay.history").hidden);
    press(find(".history-search"), "Escape");
    assert.ok(find(".overlay.history").hidden);
    assert.ok(!asked.some(([name]) => name === "stop"));
  });
});
