import assert from "node:assert/strict";
import { ProgressText } from "../../../src/cli/progressText";

function progressText(columns = 100) {
  const clock = { now: 0 };
  return { clock, text: new ProgressText(() => columns, () => clock.now) };
}

const totalBytes = 2e9;

describe("the line of progress", () => {
  it("has a bar, the share and the amounts", () => {
    const line = progressText().text.download("phi3-mini", { receivedBytes: 1e9, totalBytes, phase: "download" });
    assert.equal(line, `Downloading phi3-mini ${"█".repeat(15)}${"░".repeat(15)}  50 %  1.00 GB of 2.00 GB`);
  });

  it("tells speed and time left of what has come since it began, once they are steady", () => {
    const { text, clock } = progressText();
    text.download("m", { receivedBytes: 1e9, totalBytes, phase: "download" });
    clock.now = 1000;
    assert.doesNotMatch(text.download("m", { receivedBytes: 1.05e9, totalBytes, phase: "download" }), /left/);
    clock.now = 10_000;
    assert.match(text.download("m", { receivedBytes: 1.1e9, totalBytes, phase: "download" }), / 55 % {2}1\.10 GB of 2\.00 GB, 10\.0 MB\/s, 2 min left$/);
    clock.now = 20_000;
    assert.doesNotMatch(text.download("m", { receivedBytes: 1e6, totalBytes, phase: "verify" }), /\/s/, "another phase begins anew");
  });

  it("goes without a bar where there is no room for it, or no total", () => {
    assert.equal(progressText(40).text.download("phi3-mini", { receivedBytes: 1e9, totalBytes, phase: "verify" }), "Verifying phi3-mini … 50 %  1.00 GB of 2.00 GB");
    assert.equal(progressText().text.download("m", { receivedBytes: 5e6, totalBytes: 0, phase: "download" }), "Downloading m … 5.0 MB of 0 kB");
  });

  it("fits a terminal of any width from which there is room for a bar", () => {
    for (let columns = 60; columns < 140; columns++) {
      const line = progressText(columns).text.index({ kind: "indexing", done: 99, total: 100 });
      assert.ok(line !== undefined && line.length < columns, `${columns}: ${line}`);
      assert.match(line, /^Indexing █+░? {2}99 % {2}99 of 100 files$/);
    }
  });

  it("tells of the index while it works, and nothing when it is ready", () => {
    const { text } = progressText();
    assert.equal(text.index({ kind: "scanning" }), "Looking for files …");
    assert.match(text.index({ kind: "embedding", done: 1, total: 4, secondsLeft: 120 }) ?? "", /^Embedding █{7,8}░+ {2}25 % {2}1 of 4 chunks, 2 min left$/);
    assert.equal(text.index({ kind: "off" }), undefined);
  });

  it("gives a log one line for each tenth", () => {
    const { text } = progressText();
    const lines = Array.from({ length: 101 }, (_, at) => text.downloadLogLine("m", { receivedBytes: at * 2e7, totalBytes, phase: "download" }));
    const said = lines.filter((line) => line !== undefined);
    assert.equal(said.length, 11);
    assert.equal(said[5], "Downloading m … 50 %  1.00 GB of 2.00 GB");
  });
});
