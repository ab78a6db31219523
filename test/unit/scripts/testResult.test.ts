import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EventFile } from "../../../scripts/lib/testResult.mjs";

describe("the file of a running stage's results", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "hearth-events-"));
  after(() => rmSync(folder, { recursive: true }));

  it("is read as it grows, whole lines only", () => {
    const file = path.join(folder, "results.jsonl");
    const events = new EventFile(file);
    assert.deepEqual(events.more(), []);
    appendFileSync(file, '{"type":"start","pid":42}\n{"type":"lo');
    assert.deepEqual(events.more(), [{ type: "start", pid: 42 }]);
    assert.equal(events.ended, false);
    appendFileSync(file, 'g","text":"größer"}\n{"type":"end"}\n');
    assert.deepEqual(events.more(), [{ type: "log", text: "größer" }, { type: "end" }]);
    assert.equal(events.ended, true);
    assert.equal(events.pid, 42);
  });
});
