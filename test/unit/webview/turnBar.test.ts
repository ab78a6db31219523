import assert from "node:assert/strict";
import type { ViewTurn } from "../../../src/webview/protocol";
import { all, find, labelled, open, press, running, state, stats, turn } from "./chatPage";
import { until, usePage } from "./page";

const editor = () => find<HTMLTextAreaElement>('textarea[aria-label="Edit the question"]');
const editors = () => all('textarea[aria-label="Edit the question"]');
const button = (name: string, at = 0) => all(`.turn-bar button[aria-label="${name}"]`)[at] as HTMLButtonElement;

/** Versions 1 to 3 of a turn that follows the turn "a". */
function versions(shown: 1 | 2 | 3): ViewTurn[] {
  const neighbours = { 1: { next: "v2" }, 2: { previous: "v1", next: "v3" }, 3: { previous: "v2" } }[shown];
  return [turn({ id: "a" }), turn({ id: `v${shown}`, answer: `Version ${shown}.`, branch: { index: shown - 1, count: 3, ...neighbours } })];
}

describe("what can be done with a turn", () => {
  usePage();

  it("has a name for each button, and is one stop of the Tab key", async () => {
    await open(state({ turns: versions(2) }));
    const bars = all('.turn-bar[role="toolbar"]');
    const buttons = all(".turn-bar button") as HTMLButtonElement[];
    assert.deepEqual([bars.length, buttons.length], [2, 18]);
    for (const one of buttons) assert.ok(one.title !== "" && one.title === one.getAttribute("aria-label"), one.outerHTML);
    for (const bar of bars) assert.equal(bar.querySelectorAll('button[tabindex="0"]').length, 1);
    const moves: [key: string, name: string][] = [["ArrowRight", "Answer again"], ["End", "Next version"], ["ArrowRight", "Copy the answer"], ["ArrowLeft", "Next version"], ["Home", "Copy the answer"]];
    button("Edit the question", 1).focus();
    for (const [key, name] of moves) {
      press(document.activeElement!, key);
      assert.equal(document.activeElement, button(name, 1), `${name} after ${key}`);
    }
    assert.equal(bars[1]?.querySelector('button[tabindex="0"]'), document.activeElement);
  });

  it("sends what is pressed with its turn", async () => {
    const { asked } = await open(state({ turns: versions(2) }));
    const names = ["Next version", "Previous version", "Answer again", "Go on from here in a new tab"];
    for (const name of names) button(name, 1).click();
    find('.turn-bar button[aria-label^="Reproduce"]').click();
    await until("the requests", () => asked.length === 5);
    assert.deepEqual(asked, [
      ["selectBranch", { turn: "v3" }],
      ["selectBranch", { turn: "v1" }],
      ["regenerate", { turn: "v2" }],
      ["branchInTab", { turn: "v2" }],
      ["reproduce", { turn: "a" }],
    ]);
  });

  it("keeps the focus on the button that was pressed while it works, and takes no second press", async () => {
    const { shell, asked } = await open(state({ turns: [turn()] }));
    const reproduce = find<HTMLButtonElement>('.turn-bar button[aria-label^="Reproduce"]');
    reproduce.focus();
    reproduce.click();
    shell.emit("activity", { kind: "reproducing", turn: "t1" });
    await until("the work", () => reproduce.getAttribute("aria-disabled") === "true");
    assert.deepEqual([document.activeElement, reproduce.disabled], [reproduce, false]);
    reproduce.click();
    shell.emit("activity", { kind: "none" });
    await until("the end", () => !reproduce.hasAttribute("aria-disabled"));
    assert.deepEqual(asked, [["reproduce", { turn: "t1" }]]);
  });

  it("asks for another model and for a question to go", async () => {
    const { asked } = await open(state({ turns: [turn()] }));
    button("Answer again with another model…").click();
    button("Delete this question and all that follows…").click();
    await until("the requests", () => asked.length === 2);
    assert.deepEqual(asked, [["regenerateWith", { turn: "t1" }], ["deleteTurn", { turn: "t1" }]]);
  });

  it("says which version is shown, and keeps the focus on the arrows while they are stepped through", async () => {
    const { shell } = await open(state({ turns: versions(2) }));
    assert.equal(find('.branches[aria-label="Version 2 of 3"]').textContent, "2/3");
    assert.equal(button("Previous version").closest(".branches")?.hasAttribute("hidden"), true, "a turn without versions has no arrows");
    const first = find("article.turn");
    button("Next version", 1).focus();
    shell.emit("state", state({ turns: versions(3) }));
    await until("the last version", () => all("article.turn")[1]?.dataset["turn"] === "v3");
    assert.equal(all("article.turn")[0], first, "what both branches have stays as it is");
    assert.deepEqual([button("Next version", 1).disabled, document.activeElement], [true, button("Previous version", 1)]);
  });

  it("gives the focus on to the next question when the version it was on gives way to a new answer", async () => {
    const { shell } = await open(state({ turns: versions(2) }));
    button("Answer again", 1).focus();
    shell.emit("state", state({ turns: [turn({ id: "a" }), turn({ id: "v4", ...running, branch: { index: 3, count: 4, previous: "v3" } })] }));
    await until("the new answer", () => all("article.turn")[1]?.dataset["turn"] === "v4");
    assert.equal(document.activeElement, find(".composer textarea"));
  });

  it("offers nothing that the turn cannot do", async () => {
    const error = { message: "It died.", actions: ["retry"] } as const;
    const old = { ...stats, reproducible: false };
    await open(state({ turns: [turn({ id: "f", status: { kind: "failed", error } }), turn({ id: "o", status: { kind: "done", stats: old } })] }));
    const reproduce = all('.turn-bar button[aria-label^="Reproduce"]');
    assert.deepEqual(reproduce.map((one) => one.hasAttribute("hidden")), [true, true]);
    const name = "Go on from here in a new tab";
    assert.deepEqual([button(name, 0).disabled, button(name, 1).disabled, button("Answer again", 0).disabled], [true, false, false]);
  });

  it("waits while anything runs in the chat", async () => {
    const { shell } = await open(state({ turns: [...versions(2), turn({ id: "r", ...running })] }));
    const usable = () => all(".turn-bar button").filter((one) => !(one as HTMLButtonElement).disabled && one.closest("[hidden]") === null).map(({ title }) => title);
    const [copy, inTab] = ["Copy the answer", "Go on from here in a new tab"];
    assert.deepEqual(usable(), [copy, inTab, copy, inTab]);
    shell.emit("turn", turn({ id: "r" }));
    await until("the end", () => usable().length > 10);
    shell.emit("activity", { kind: "compacting", turns: 2 });
    await until("the folding", () => usable().length === 6);
    assert.equal(labelled("Stop").hidden, false);
    shell.emit("activity", { kind: "none" });
    await until("its end", () => labelled("Stop").hasAttribute("hidden"));
  });
});

describe("what is attached to a question", () => {
  usePage();

  it("opens where it is code of a file; a terminal's text says what it is", async () => {
    const code = { path: "src/a.ts", startLine: 3, endLine: 9, language: "typescript" };
    const text = { path: "terminal", startLine: 1, endLine: 4, language: "plaintext", source: "terminal", label: "Terminal: bash" } as const;
    const { asked } = await open(state({ turns: [turn({ attachments: [code, text] })] }));
    const chips = all(".question .chip");
    assert.deepEqual(chips.map(({ tagName, textContent }) => [tagName, textContent]), [["BUTTON", "a.ts:3-9"], ["SPAN", "Terminal: bash"]]);
    for (const chip of chips) chip.click();
    await until("the request", () => asked.length > 0);
    assert.deepEqual(asked.map(([name]) => name), ["openRange"]);
  });
});

describe("a question that is changed in its place", () => {
  usePage();

  it("is sent with Enter, with its attachments in sight, and gives the focus on", async () => {
    const code = { path: "src/a.ts", startLine: 3, endLine: 9, language: "typescript" };
    const { asked } = await open(state({ turns: [turn({ attachments: [code] })] }));
    button("Edit the question").click();
    assert.deepEqual([editor().value, document.activeElement], ["Why <b>?", editor()]);
    assert.equal(find(".question .chip").textContent, "a.ts:3-9");
    editor().value = "  Why not?  ";
    assert.equal(press(editor(), "Enter", { shiftKey: true }), true, "Shift+Enter keeps its default");
    press(editor(), "Enter", { isComposing: true });
    press(editor(), "Enter");
    await until("the request", () => asked.length > 0);
    assert.deepEqual(asked, [["edit", { turn: "t1", text: "Why not?" }]]);
    await until("the editor to close", () => editors().length === 0);
    assert.equal(document.activeElement, find(".composer textarea"));
  });

  it("stays as it was after Escape, which stops nothing, and after Cancel", async () => {
    const { asked, shell } = await open(state({ turns: [turn()] }));
    button("Edit the question").click();
    editor().value = "Else";
    shell.emit("turn", turn({ id: "r", ...running }));
    await until("an answer that runs", () => !labelled("Stop").hidden);
    press(editor(), "Escape");
    assert.deepEqual([editors().length, find(".question-text").textContent], [0, "Why <b>?"]);
    shell.emit("turn", turn({ id: "r" }));
    await until("the end", () => labelled("Stop").hasAttribute("hidden"));
    button("Edit the question").click();
    find<HTMLButtonElement>(".question-editor .button.secondary").click();
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual([editors().length, asked], [0, []]);
  });

  it("gives the focus back to the button after Escape", async () => {
    await open(state({ turns: [turn()] }));
    button("Edit the question").click();
    press(editor(), "Escape");
    assert.equal(document.activeElement, button("Edit the question"));
  });

  it("stays open with what was written when it is refused", async () => {
    await open(state({ turns: [turn()] }), {}, true);
    button("Edit the question").click();
    editor().value = "Else";
    press(editor(), "Enter");
    await until("the reason", () => find('[role="alert"]').textContent !== "");
    await until("the editor", () => !editor().disabled);
    assert.deepEqual([editor().value, find('[role="alert"]').textContent], ["Else", "Hearth is still answering. Wait."]);
  });

  it("cannot be empty", async () => {
    const { asked } = await open(state({ turns: [turn()] }));
    button("Edit the question").click();
    editor().value = "  ";
    editor().dispatchEvent(new window.Event("input"));
    assert.equal(find<HTMLButtonElement>(".question-editor .button").disabled, true);
    press(editor(), "Enter");
    await new Promise((resolve) => setTimeout(resolve, 10));
    assert.deepEqual(asked, []);
  });

  it("is kept while the rest of the conversation changes", async () => {
    const { shell } = await open(state({ turns: [turn(), ...versions(2).slice(1)] }));
    button("Edit the question").click();
    editor().value = "Else";
    shell.emit("state", state({ turns: [turn(), ...versions(3).slice(1)] }));
    await until("the other version", () => all("article.turn")[1]?.dataset["turn"] === "v3");
    assert.deepEqual([editor().value, document.activeElement], ["Else", editor()]);
  });
});

describe("what a conversation tells about itself", () => {
  usePage();

  it("that it came back, until there is nothing to say any more", async () => {
    const { shell } = await open(state({ turns: [turn()], note: "Resumed 1,812 tokens, 0 read again." }));
    assert.equal(find(".conversation-end .note").textContent, "Resumed 1,812 tokens, 0 read again.");
    shell.emit("note", "");
    await until("it to go", () => all(".conversation-end .note").length === 0);
  });

  it("that older questions are being folded: for a question, and by hand", async () => {
    const { shell } = await open(state({ turns: [turn({ ...running, status: { kind: "running", compacting: 3 } })] }));
    assert.equal(find(".turn .prefill").textContent, "Folding 3 older questions into a summary…");
    assert.equal(find(".turn .prefill .progress").hasAttribute("aria-valuenow"), false);
    shell.emit("prefill", { turn: "t1", done: 3, total: 9, reused: 40, restored: 40 });
    await until("the prompt", () => find(".turn .prefill").textContent === "Reading 3 of 9 tokens (40 resumed)");
    shell.emit("compacting", { turn: "t1", turns: 1 });
    await until("the folding", () => find(".turn .prefill").textContent === "Folding 1 older question into a summary…");
    shell.emit("turn", turn());
    shell.emit("activity", { kind: "compacting", turns: 0 });
    await until("the folding by hand", () => find(".conversation-end .prefill").textContent === "Folding older questions into a summary…");
  });

  it("what stands for the turns that left: with the turn that has it, or at the end", async () => {
    const { shell } = await open(state({ turns: [turn({ dropped: true }), turn({ id: "t2", summary: "They *greeted*." })], compacted: "And more." }));
    const folds = () => all("details.fold");
    assert.deepEqual(folds().map((fold) => fold.querySelector(".fold-text")?.textContent.trim()), ["They greeted.", "And more."]);
    assert.equal(folds()[0]?.closest("article")?.dataset["turn"], "t2");
    (folds()[0] as HTMLDetailsElement).open = true;
    shell.emit("turn", turn({ id: "t2", summary: "They *greeted*.", dropped: true }));
    await until("the mark", () => find('article[data-turn="t2"]').classList.contains("dropped"));
    assert.equal((folds()[0] as HTMLDetailsElement).open, true, "what the reader opened stays open");
    shell.emit("turn", turn({ id: "t3", ...running }));
    await until("the next turn", () => folds().length === 1);
  });

  it("that code has left, where the turn itself has not", async () => {
    const citations = [{ path: "a.ts", startLine: 1, endLine: 2 }];
    await open(state({ turns: [turn({ id: "a", citations, withoutCode: true }), turn({ id: "b", citations, withoutCode: true, dropped: true })] }));
    const labels = all(".citations summary").map(({ textContent }) => textContent);
    assert.deepEqual(labels, ["1 reference, no longer in the model's context", "1 reference"]);
  });

  it("that an answer is being computed again, and what came of it", async () => {
    const { shell, asked } = await open(state({ turns: [turn()] }));
    shell.emit("activity", { kind: "reproducing", turn: "t1" });
    await until("the work", () => find(".reproduction").textContent === "Computing the answer again…");
    press(document.body, "Escape");
    await until("the stop", () => asked.length === 1);
    assert.deepEqual(asked, [["stop", {}]]);
    shell.emit("activity", { kind: "none" });
    shell.emit("turn", turn({ reproduction: "Reproduced: 120 tokens, all the same." }));
    await until("the result", () => find(".reproduction").textContent === "Reproduced: 120 tokens, all the same.");
  });

  it("what was resumed, and what prompt lookup brought", async () => {
    const more = { ...stats, restoredTokens: 1800, lookup: "12 of 15 guessed tokens, 1.4 times as fast", device: "Vulkan, 33 layers" };
    await open(state({ turns: [turn({ status: { kind: "done", stats: more } })] }));
    const { textContent } = find(".stats dl");
    for (const part of ["DeviceVulkan, 33 layers", "1,857 tokens: 1,800 resumed, 12 kept from before, 45 read", "Prompt lookup12 of 15"]) {
      assert.ok(textContent.includes(part), `${part} in ${textContent}`);
    }
  });

  it("what steered the answer", async () => {
    await open(state({ turns: [turn({ status: { kind: "done", stats: { ...stats, guidance: "cosine, scale 2" } } })] }));
    assert.match(find(".stats dl").textContent, /Guidancecosine, scale 2/);
  });

  it("what a typed command has to say, until the next key", async () => {
    await open();
    const input = find<HTMLTextAreaElement>("textarea");
    input.value = "/help";
    press(input, "Enter");
    await until("the reply", () => find(".composer-reply").textContent === "/clear  forgets");
    input.dispatchEvent(new window.Event("input"));
    assert.equal(find(".composer-reply").textContent, "");
  });

  it("why no GPU is used", async () => {
    await open(state({ model: { kind: "ready", model: "phi3-mini", device: "CPU, 2 threads", contextSize: 4096, fallback: "No GPU was found." } }));
    assert.equal(find(".model-detail").title, "CPU, 2 threads · 4,096 tokens. No GPU was found.");
  });
});
