import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { CitationState } from "../../../src/rag/ports";
import { finished, named, openChat, turn } from "./fakes";

const citation = (path: string) => ({ path, startLine: 1, endLine: 9, hash: `hash of ${path}` });

/** A chat with two answered turns that cite files. */
function openCiting() {
  const first = finished(turn({ id: "t1", citations: [citation("src/a.ts"), citation("src/b.ts")] }), "One.");
  const second = finished(turn({ id: "t2", parent: "t1", citations: [citation("src/b.ts")] }), "Two.");
  const open = openChat((session) => (session.conversation = { ...session.conversation, turns: [first, second], leaf: "t2" }));
  const changed = (...paths: string[]) => (open.citations.states = (ranges): CitationState[] => ranges.map(({ path }) => (paths.includes(path) ? "stale" : "fresh")));
  const changes = () => named(open.sent, "citationChanges");
  return { ...open, changed, changes };
}

async function until(name: string, isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 500; i++) {
    if (isSo()) return;
    await sleep(10);
  }
  throw new Error(`Waited 5 s for ${name}.`);
}

describe("checking citations", () => {
  it("happens when a view opens, with the hashes; fresh ones are not told", async () => {
    const { checks, changes } = openCiting();
    await until("the check", () => checks.length === 1);
    assert.deepEqual(checks[0]!.map(({ path, hash }) => [path, hash]), ["src/a.ts", "src/b.ts", "src/b.ts"].map((path) => [path, `hash of ${path}`]));
    await sleep(10);
    assert.deepEqual(changes(), []);
  });

  it("happens when a cited file changes, and tells each turn in its order; what was told stays with the turns", async () => {
    const { chat, touched, changed, changes } = openCiting();
    changed("src/b.ts");
    touched.fire(["src/b.ts"]);
    await until("the marks", () => changes().length === 2);
    assert.deepEqual(changes(), [{ turn: "t1", changes: [null, "stale"] }, { turn: "t2", changes: ["stale"] }]);
    assert.deepEqual(chat.state.turns.map(({ citations }) => citations.map((one) => one.changed)), [[undefined, "stale"], ["stale"]]);
    changed();
    touched.fire(["src"]);
    await until("no marks", () => changes().length === 4);
    assert.deepEqual(changes().slice(2), [{ turn: "t1", changes: [null, null] }, { turn: "t2", changes: [null] }]);
  });

  it("happens once for many changes, and not for files that nothing cites", async () => {
    const { checks, touched } = openCiting();
    await until("the first check", () => checks.length === 1);
    for (let i = 0; i < 20; i++) touched.fire(["src/a.ts", "other.ts"]);
    await until("the check", () => checks.length === 2);
    touched.fire(["other.ts", "src/a.tsx"]);
    await sleep(700);
    assert.equal(checks.length, 2);
  });

  it("happens when the index has come up to date", async () => {
    const { checks, statuses } = openCiting();
    await until("the first check", () => checks.length === 1);
    const summary = { files: 1, chunks: 1, embedded: 0, changed: 0, removed: 0, skipped: {}, elapsedMs: 1 };
    statuses.fire({ kind: "ready", summary });
    await until("the check", () => checks.length === 2);
  });

  it("waits while nobody sees the chat, and for nothing at all once it is closed", async () => {
    const { chat, checks, page, touched } = openCiting();
    await until("the first check", () => checks.length === 1);
    page.visible = false;
    touched.fire(["src/a.ts"]);
    await sleep(600);
    assert.equal(checks.length, 1);
    page.visible = true;
    touched.fire(["src/a.ts"]);
    chat.dispose();
    await sleep(600);
    assert.equal(checks.length, 1);
  });

  it("goes on after one that failed, and says so in the log", async () => {
    const { citations, changed, changes, lines, touched } = openCiting();
    citations.states = () => {
      throw new Error("no index");
    };
    touched.fire(["src/a.ts"]);
    await until("the log", () => lines.some((line) => line.includes("no index")));
    changed("src/a.ts");
    touched.fire(["src/a.ts"]);
    await until("the mark", () => changes().length === 1);
  });
});
