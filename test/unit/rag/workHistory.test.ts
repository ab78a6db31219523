import assert from "node:assert/strict";
import { renameSync, rmSync } from "node:fs";
import path from "node:path";
import { GitHistory, gitHistory } from "../../../src/rag/gitHistory";
import { history } from "../../../src/rag/weights";
import { WorkHistory } from "../../../src/rag/workHistory";
import { git, temporaryFolder, workspace, write } from "./workspace";

function commit(root: string, subject: string): void {
  git(root, "add", "-A");
  git(root, "commit", "-m", subject);
}

function query(...texts: readonly string[]): readonly { text: string; weight: number }[] {
  return texts.map((text) => ({ text, weight: 1 }));
}

describe("git history", () => {
  it("lists commits newest first, under the paths that files have now", async () => {
    const root = workspace({ "a b.ts": "first content of a", "ünï.ts": "u" });
    git(root, "init");
    commit(root, "begin");
    write(root, { "a b.ts": "second content of a" });
    commit(root, "change");
    renameSync(path.join(root, "a b.ts"), path.join(root, "c.ts"));
    commit(root, "move");
    renameSync(path.join(root, "c.ts"), path.join(root, "d.ts"));
    rmSync(path.join(root, "ünï.ts"));
    commit(root, "move again");
    assert.deepEqual((await gitHistory(root)).map(({ subject, files }) => ({ subject, files })), [
      { subject: "move again", files: ["d.ts", "ünï.ts"] },
      { subject: "move", files: ["d.ts"] },
      { subject: "change", files: ["d.ts"] },
      { subject: "begin", files: ["d.ts", "ünï.ts"] },
    ]);
  });

  it("tells paths from a folder inside the repository, and leaves merges out", async () => {
    const root = workspace({ "sub/a.ts": "a", "b.ts": "b" });
    git(root, "init", "-b", "main");
    commit(root, "begin");
    git(root, "checkout", "-b", "side");
    write(root, { "sub/a.ts": "aa" });
    commit(root, "on the side");
    git(root, "checkout", "main");
    write(root, { "b.ts": "bb" });
    commit(root, "on main");
    git(root, "merge", "--no-ff", "-m", "merge", "side");
    const commits = await gitHistory(path.join(root, "sub"));
    assert.deepEqual(commits.flatMap(({ files }) => files), ["a.ts", "a.ts"]);
    assert.ok(commits.every(({ subject }) => subject !== "merge"));
  });

  it("is empty without git and before the first commit", async () => {
    assert.deepEqual(await gitHistory(temporaryFolder()), []);
    const root = workspace({ "a.ts": "a" });
    git(root, "init");
    assert.deepEqual(await gitHistory(root), []);
  });

  it("is read again only when another commit is checked out, and knows nothing of what comes after that", async () => {
    const root = workspace({ "a.ts": "a" });
    git(root, "init", "-b", "main");
    const past = new GitHistory(root);
    assert.equal(await past.readIfMoved(), undefined);
    commit(root, "one");
    write(root, { "a.ts": "b" });
    commit(root, "two");
    const subjects = async () => (await past.readIfMoved())?.map(({ subject }) => subject);
    assert.deepEqual(await subjects(), ["two", "one"]);
    assert.equal(await subjects(), undefined);
    git(root, "checkout", "--detach", "HEAD~1");
    assert.deepEqual(await subjects(), ["one"]);
  });
});

describe("work history", () => {
  it("counts newer commits and edits more", () => {
    const work = new WorkHistory();
    work.setCommits([{ subject: "", files: ["new.ts"] }, ...Array.from({ length: 40 }, () => ({ subject: "", files: ["often.ts"] })), { subject: "", files: ["old.ts"] }]);
    const order = () => [...work.recency].sort((a, b) => b[1] - a[1]).map(([file]) => file);
    assert.deepEqual(order(), ["often.ts", "new.ts", "old.ts"]);
    assert.equal(work.recency.get("often.ts"), 1);
    work.noteEdits(["edited.ts"]);
    work.noteEdits(["new.ts"]);
    assert.deepEqual(order(), ["often.ts", "new.ts", "edited.ts", "old.ts"]);
  });

  it("counts files that are open like edits, after those", () => {
    const work = new WorkHistory();
    work.setCommits([{ subject: "", files: ["committed.ts"] }, ...Array.from({ length: 60 }, () => ({ subject: "", files: [] })), { subject: "", files: ["old.ts"] }]);
    assert.ok((work.recency.get("old.ts") ?? 1) < 0.5);
    work.setOpenFiles(["shown.ts", "old.ts"]);
    assert.ok((work.recency.get("old.ts") ?? 0) > 0.9);
    work.noteEdits(["edited.ts"]);
    assert.ok((work.recency.get("edited.ts") ?? 0) > (work.recency.get("shown.ts") ?? 0));
    work.setOpenFiles([]);
    assert.equal(work.recency.has("shown.ts"), false);
  });

  it("takes many changes at once for a tool's, and remembers only the last edits", () => {
    const work = new WorkHistory();
    work.noteEdits(Array.from({ length: 21 }, (_, i) => `generated${i}.ts`));
    assert.equal(work.recency.size, 0);
    for (let i = 0; i < 60; i++) work.noteEdits([`file${i}.ts`]);
    assert.deepEqual([work.recency.size, work.recency.has("file9.ts"), work.recency.has("file10.ts")], [50, false, true]);
  });

  it("scores files by the stems of what commits say, newer ones and those of few files first", () => {
    const work = new WorkHistory();
    const filler = Array.from({ length: 10 }, () => ({ subject: "something else", files: ["x.ts"] }));
    work.setCommits([
      { subject: "retry connections", files: ["new.ts"] },
      { subject: "retry connections", files: ["one.ts", "two.ts", "three.ts", "four.ts"] },
      ...filler,
      { subject: "retry connections", files: ["older.ts"] },
      { subject: "retry connections", files: Array.from({ length: history.filesPerCommit + 1 }, (_, i) => `swept${i}.ts`) },
    ]);
    const scores = [...work.scoreFiles(query("connection"))].sort((a, b) => b[1] - a[1]).map(([file]) => file);
    assert.deepEqual(scores, ["new.ts", "older.ts", "one.ts", "two.ts", "three.ts", "four.ts"]);
    assert.deepEqual(work.scoreFiles(query("nothing")), new Map());
  });
});
