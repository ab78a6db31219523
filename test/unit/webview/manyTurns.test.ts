import assert from "node:assert/strict";
import { all, find, open, state, stats, turn } from "./chatPage";
import { until, usePage } from "./page";

describe("a conversation of many turns", () => {
  usePage();

  const turns = Array.from({ length: 60 }, (_, i) => turn({ id: `t${i}`, question: `Question ${i}`, answer: `Answer ${i}.`, citations: [{ path: "a.ts", startLine: 1, endLine: 2 }] }));
  const waiting = () => all("article.waiting");

  it("shows its end at once and the rest soon after, each in its place", async () => {
    await open(state({ turns }));
    assert.equal(all("article").length, 60);
    assert.ok(waiting().length > 0, "not all of it at once");
    assert.equal(all("article").at(-1)?.querySelector(".markdown")?.textContent.trim(), "Answer 59.");
    await until("all of it", () => waiting().length === 0);
    assert.deepEqual(all("article .markdown").map(({ textContent }) => textContent.trim()), turns.map(({ answer }) => answer));
  });

  it("takes news of turns that are not drawn yet", async () => {
    const { shell } = await open(state({ turns }));
    shell.emit("citationChanges", { turn: "t0", changes: ["stale"] });
    shell.emit("turn", turn({ id: "t1", answer: "Another answer.", status: { kind: "done", stats: { ...stats, reproducible: false } } }));
    shell.emit("activity", { kind: "reproducing", turn: "t2" });
    await until("all of it", () => waiting().length === 0);
    assert.equal(find('[data-turn="t0"] .citations summary').textContent, "1 reference · 1 changed since");
    assert.equal(find('[data-turn="t1"] .markdown').textContent.trim(), "Another answer.");
    assert.equal(find('[data-turn="t2"] .reproduction').textContent, "Computing the answer again…");
    assert.equal(find<HTMLButtonElement>('[data-turn="t2"] button[aria-label="Answer again"]').disabled, true);
  });

  it("begins with the turn that was read", async () => {
    await open(state({ conversation: "c1", turns }), { conversation: "c1", asked: true, scroll: 40, scrollTurn: "t7" });
    assert.equal(find('[data-turn="t7"] .markdown').textContent.trim(), "Answer 7.");
    assert.ok(waiting().length > 0);
    await until("all of it", () => waiting().length === 0);
  });
});
