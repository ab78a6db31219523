import assert from "node:assert/strict";
import type { FileVerdict, IndexStatus, IndexSummary } from "../../../../src/rag/ports";
import { type IndexFacts, indexRows } from "../../../../src/vscode/indexState/indexRows";
import { leftOutRows } from "../../../../src/vscode/indexState/leftOutRows";
import { rebuildQuestion } from "../../../../src/vscode/indexState/rebuildQuestion";

const summary: IndexSummary = { files: 812, chunks: 9120, embedded: 1200, changed: 1, removed: 0, skipped: { binary: 4, secret: 1, minified: 0 }, elapsedMs: 1240 };

function rows(part: Partial<IndexFacts> = {}) {
  return indexRows({ status: { kind: "ready", summary }, summary, storage: "/home/x/index", home: "/home/x", embeddingModel: "", ...part });
}

function texts(part: Partial<IndexFacts> = {}): string[] {
  return rows(part).map((row) => [row.label, "description" in row ? row.description : "", "detail" in row ? row.detail : ""].filter(Boolean).join(" | "));
}

const actions = (part: Partial<IndexFacts> = {}) => rows(part).flatMap((row) => (row.kind === "action" ? [row.action] : []));

describe("rows of the index's state", () => {
  it("tells the state, what is in the index, and where it is kept", () => {
    assert.deepEqual(texts().slice(0, 4), [
      "$(check) Up to date | last update: 1 file read, 0 removed, in 1.2 s",
      "$(files) 812 files | 9,120 chunks, 1,200 vectors",
      "$(database) Kept in | copy the path | ~/index",
      "Actions",
    ]);
  });

  const states: readonly [IndexStatus, string][] = [
    [{ kind: "scanning" }, "$(sync~spin) Looking for files"],
    [{ kind: "indexing", done: 12, total: 9000 }, "$(sync~spin) Reading files | 12 of 9,000 files"],
    [{ kind: "embedding", done: 12, total: 100 }, "$(sync~spin) Making vectors | 12 of 100 chunks"],
    [{ kind: "embedding", done: 12, total: 100, secondsLeft: 754 }, "$(sync~spin) Making vectors | 12 of 100 chunks, 13 min left"],
    [{ kind: "paused", summary }, "$(debug-pause) Paused | questions are answered from what is there"],
    [{ kind: "failed", error: { name: "HearthError", code: "index-failed", message: "No disk.", remedy: "Buy one." } }, "$(error) Failed | No disk. Buy one."],
  ];
  for (const [status, text] of states) it(`tells that it is ${status.kind}: ${text}`, () => assert.equal(texts({ status })[0], text));

  it("keeps the figures of the last summary in sight while it works", () => {
    assert.equal(texts({ status: { kind: "scanning" } })[1], "$(files) 812 files | 9,120 chunks, 1,200 vectors");
    assert.equal(texts({ status: { kind: "scanning" }, summary: undefined })[1], "$(database) Kept in | copy the path | ~/index");
  });

  it("tells of chunks that wait for their syntax, of vectors that failed, and of another writer", () => {
    const error = { name: "HearthError", code: "model-not-found", message: "No model.", remedy: "Get one." } as const;
    const told = texts({ summary: { ...summary, embedded: 0, coarse: 34, embeddingError: error, unsaved: "other-writer" } });
    assert.deepEqual(told.slice(1, 4), [
      "$(files) 812 files | 9,120 chunks, no vectors, 34 chunks cut by lines for now",
      "$(warning) No search by meaning | No model. Get one.",
      "$(info) Not saved here | Another window writes this workspace's index.",
    ]);
  });

  it("offers to pause, or to resume what is paused", () => {
    assert.ok(actions().includes("pause") && !actions().includes("resume"));
    const paused = actions({ status: { kind: "paused", summary } });
    assert.ok(paused.includes("resume") && !paused.includes("pause"));
  });

  it("offers only the settings while it is off", () => assert.deepEqual(actions({ status: { kind: "off" }, summary: undefined }), ["settings"]));

  it("leaves out the middle of a long place, so that its end shows", () => {
    const [row] = rows({ storage: `/data/${"x".repeat(100)}/index` }).filter(({ label }) => label.endsWith("Kept in"));
    const detail = row && "detail" in row ? (row.detail ?? "") : "";
    assert.match(detail, /^\/data\/x+…x+\/index$/);
    assert.equal(detail.length, 76);
  });

  it("writes a place outside of the person's folder whole", () => {
    const [row] = rows({ storage: "/home/xy/index" }).filter(({ label }) => label.endsWith("Kept in"));
    assert.equal(row && "detail" in row && row.detail, "/home/xy/index");
  });

  it("counts what is left out by reason, and names the embedding model", () => {
    const told = texts({ embeddingModel: "coderank-137m" });
    assert.ok(told.includes("$(exclude) Left Out… | 4 binary, 1 may hold secrets"), told.join("\n"));
    assert.ok(told.some((text) => text.endsWith("| coderank-137m")));
  });
});

describe("rows of what is left out", () => {
  it("are grouped by reason and sorted by path", () => {
    const out = (path: string, reason: string, detail = ""): FileVerdict => ({ kind: "left-out", path, reason, detail });
    const listed = leftOutRows([out("b/logo.png", "binary"), out("x.key", "secret", "Its name says so."), out("a/icon.png", "binary")]);
    assert.deepEqual(listed, [
      { kind: "group", label: "binary" },
      { kind: "file", label: "icon.png", description: "a", path: "a/icon.png" },
      { kind: "file", label: "logo.png", description: "b", path: "b/logo.png" },
      { kind: "group", label: "may hold secrets" },
      { kind: "file", label: "x.key", description: "", path: "x.key" },
    ]);
  });
});

describe("a rebuild", () => {
  it("asks first where vectors would be lost", () => {
    assert.match(rebuildQuestion(summary) ?? "", /1,200 vectors/);
    assert.equal(rebuildQuestion({ ...summary, embedded: 0 }), undefined);
    assert.equal(rebuildQuestion(undefined), undefined);
  });
});
