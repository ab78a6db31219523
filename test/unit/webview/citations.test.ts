import assert from "node:assert/strict";
import type { ViewCitation } from "../../../src/webview/protocol";
import { all, find, open, state, turn } from "./chatPage";
import { until, usePage } from "./page";

describe("references", () => {
  usePage();

  const range = (path: string): ViewCitation => ({ path, startLine: 3, endLine: 9 });
  const summary = () => find(".citations summary").textContent;

  it("say in words what has changed since, with another icon, and to a screen reader", async () => {
    const citations = [range("src/a.ts"), { ...range("src/b.ts"), symbol: "B", changed: "stale" as const }, { ...range("src/c.ts"), changed: "gone" as const }];
    await open(state({ turns: [turn({ citations })] }));
    assert.equal(summary(), "3 references · 1 changed since · 1 gone");
    const [fresh, stale, gone] = all(".citation");
    assert.deepEqual([fresh, stale, gone].map((one) => one!.dataset["state"]), ["fresh", "stale", "gone"]);
    assert.deepEqual([fresh, stale, gone].map((one) => one!.querySelector(".icon")!.classList.item(1)), ["icon-file", "icon-edit", "icon-close"]);
    assert.deepEqual([fresh, stale, gone].map((one) => one!.textContent), ["Open src/a.ts:3-9", "Open src/b.ts:3-9Bchanged since", "Open src/c.ts:3-9gone"]);
    assert.deepEqual(all(".citation-mark").map(({ hidden, textContent }) => (hidden ? "" : textContent)), ["", "changed since", "gone"]);
  });

  it("open a changed one at its lines all the same", async () => {
    const { asked } = await open(state({ turns: [turn({ citations: [{ ...range("src/b.ts"), changed: "stale" }] })] }));
    find(".citation").click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [["openRange", { path: "src/b.ts", startLine: 3, endLine: 9 }]]);
  });

  it("are marked and unmarked where they stand: what is open stays open, and the focus where it is", async () => {
    const citations = [range("src/a.ts"), range("src/b.ts")];
    const { shell } = await open(state({ turns: [turn({ citations })] }));
    find<HTMLDetailsElement>(".citations").open = true;
    const [, button] = all(".citation");
    button!.focus();
    shell.emit("citationChanges", { turn: "t1", changes: [null, "stale"] });
    await until("the mark", () => summary() === "2 references · 1 changed since");
    shell.emit("turn", turn({ citations: [range("src/a.ts"), { ...range("src/b.ts"), changed: "stale" }], dropped: true }));
    await until("the turn", () => all("article.dropped").length === 1);
    assert.equal(document.activeElement, button);
    assert.equal(button!.dataset["state"], "stale");
    assert.equal(find<HTMLDetailsElement>(".citations").open, true);
    shell.emit("citationChanges", { turn: "t1", changes: [null, null] });
    await until("no mark", () => summary() === "2 references");
    assert.equal(button!.dataset["state"], "fresh");
  });

  it("are not there for an answer without any", async () => {
    await open(state({ turns: [turn()] }));
    assert.equal(find(".citations").hidden, true);
  });
});

describe("search results in the view", () => {
  usePage();

  it("open the code where they name a cited range, and nowhere else", async () => {
    const reason = { message: "No model.", actions: ["download"] } as const;
    const answer = ["`src/a.ts:3-9` `late`", "> See `src/b.ts:1-2` and [a](https://a.test).", "```ts\nsrc/a.ts:3-9\n```"].join("\n\n");
    const { asked } = await open(state({ turns: [turn({ answer, citations: [{ path: "src/a.ts", startLine: 3, endLine: 9 }], status: { kind: "searchResults", reason } })] }));
    assert.deepEqual(all(".range-link").map(({ textContent }) => textContent), ["Open src/a.ts:3-9"]);
    find(".range-link").click();
    await until("the request", () => asked.length === 1);
    assert.deepEqual(asked, [["openRange", { path: "src/a.ts", startLine: 3, endLine: 9 }]]);
  });

  it("leave what a model wrote as it is", async () => {
    await open(state({ turns: [turn({ answer: "See `src/a.ts:3-9`.", citations: [{ path: "src/a.ts", startLine: 3, endLine: 9 }] })] }));
    assert.equal(all(".range-link").length, 0);
  });
});
