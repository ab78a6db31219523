import assert from "node:assert/strict";
import { Drafts } from "../../../src/webview/composer/drafts";
import type { ShellRequest } from "../../../src/webview/shell";
import { ViewStore } from "../../../src/webview/viewStore";
import { until } from "./page";

/** A view on what the editor and the shell have kept; `input` is what it shows. */
function open({ memory = { kept: undefined as unknown }, shell = new Map<string, string>() } = {}) {
  const view = { input: "" };
  const request = (name: string, { conversation, text }: { conversation: string; text?: string }) => {
    if (name === "draft") return Promise.resolve(shell.get(conversation) ?? null);
    shell.set(conversation, text ?? assert.fail("a text is kept"));
    return Promise.resolve();
  };
  const store = new ViewStore({ getState: () => memory.kept, setState: (state) => (memory.kept = structuredClone(state)) });
  const drafts = new Drafts(store, { request: request as unknown as ShellRequest }, (text) => {
    view.input = text;
    drafts.typed(text);
  });
  const type = (text: string) => {
    view.input = text;
    drafts.typed(text);
  };
  return { drafts, view, type, store, memory, shell };
}

const arrive = () => new Promise((resolve) => setTimeout(resolve));

describe("drafts", () => {
  it("stay with their conversation", async () => {
    const { drafts, view, type } = open();
    drafts.showConversation("a", true);
    type("For a");
    drafts.showConversation("b", true);
    assert.equal(view.input, "");
    await arrive();
    type("For b");
    drafts.showConversation("a", true);
    await arrive();
    assert.equal(view.input, "For a");
    drafts.showConversation("b", true);
    await arrive();
    assert.equal(view.input, "For b");
  });

  it("are kept by the shell soon after the last key, at once when the focus leaves and when they are sent", async () => {
    const { drafts, type, shell } = open();
    drafts.showConversation("a", true);
    type("Wh");
    type("Why");
    assert.equal(shell.size, 0);
    await until("the draft", () => shell.get("a") === "Why");
    type("Why?");
    drafts.left();
    assert.equal(shell.get("a"), "Why?");
    type("");
    assert.equal(shell.get("a"), "");
  });

  it("go with the conversation into another view, and come back with the page", async () => {
    const first = open();
    first.drafts.showConversation("a", true);
    first.type("For a");
    first.drafts.left();
    const tab = open({ shell: first.shell });
    tab.drafts.showConversation("a", true);
    await arrive();
    assert.equal(tab.view.input, "For a");
    const again = open({ memory: first.memory });
    again.drafts.restore();
    again.drafts.showConversation("a", true);
    await arrive();
    assert.equal(again.view.input, "For a", "also where the shell knows nothing");
  });

  it("that were sent do not come back from an older memory of the view", async () => {
    const memory = { kept: { conversation: "a", asked: true, draft: "Sent since" } };
    const { drafts, view } = open({ memory, shell: new Map([["a", ""]]) });
    drafts.restore();
    assert.equal(view.input, "Sent since");
    drafts.showConversation("a", true);
    await arrive();
    assert.equal(view.input, "");
  });

  it("are not overwritten while something is typed", async () => {
    const { drafts, view, type } = open({ shell: new Map([["a", "Kept"]]) });
    drafts.showConversation("a", true);
    type("Quick");
    await arrive();
    assert.equal(view.input, "Quick");
  });

  it("before the first question go along to the next new conversation, and wait while another one is shown", async () => {
    const { drafts, view, type } = open();
    drafts.showConversation("new1", false);
    await arrive();
    type("First words");
    drafts.showConversation("new2", false);
    await arrive();
    assert.equal(view.input, "First words");
    drafts.showConversation("old", true);
    assert.equal(view.input, "");
    await arrive();
    drafts.showConversation("new3", false);
    await arrive();
    assert.equal(view.input, "First words");
  });

  it("belong to the conversation once something was asked in it", async () => {
    const { drafts, view, type, shell } = open();
    drafts.showConversation("a", false);
    await arrive();
    type("Question");
    type("");
    drafts.setAsked();
    type("Next");
    drafts.showConversation("b", false);
    await arrive();
    assert.deepEqual([view.input, shell.get("a"), shell.get("")], ["", "Next", ""]);
  });

  it("of a state that cannot be read are none", () => {
    const { store } = open({ memory: { kept: { conversation: 3, asked: "yes", draft: [], scroll: "far" } } });
    assert.deepEqual(store.saved, {});
  });
});
