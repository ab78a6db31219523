import assert from "node:assert/strict";
import { RecentFiles } from "../../../src/vscode/recentFiles";

describe("recent files", () => {
  it("stand in the order in which they were shown last, the newest first", () => {
    const recent = new RecentFiles();
    recent.show(["a"]);
    recent.show(["b", "c"]);
    recent.show(["a"]);
    assert.deepEqual(recent.paths, ["a", "b", "c"]);
  });

  it("are told to be the same when nothing moved", () => {
    const recent = new RecentFiles();
    assert.equal(recent.show(["a", "b"]), true);
    assert.equal(recent.show(["a"]), false);
    assert.equal(recent.show(["b"]), true);
    assert.equal(recent.show([]), false);
  });

  it("are so many at most, each once", () => {
    const recent = new RecentFiles(2);
    recent.show(["a", "a", "b", "c"]);
    assert.deepEqual(recent.paths, ["a", "b"]);
    recent.show(["c"]);
    assert.deepEqual(recent.paths, ["c", "a"]);
  });
});
