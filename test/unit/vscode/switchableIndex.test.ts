import assert from "node:assert/strict";
import type { CodeIndex, IndexConfig, IndexStatus } from "../../../src/rag/ports";
import { SwitchableIndex } from "../../../src/vscode/switchableIndex";
import { FakeIndex, summary } from "../cli/fakeIndex";

const config: IndexConfig = { roots: [{ path: "/code", name: "code" }], storage: "/storage", exclude: [] };

/** An index that notes what it is told. */
class NotingIndex extends FakeIndex {
  readonly told: unknown[] = [];

  override setOpenFiles(...args: unknown[]): void {
    this.told.push(["open", ...args]);
  }

  override setResting(...args: unknown[]): void {
    this.told.push(["resting", ...args]);
  }

  override pause(): Promise<void> {
    this.told.push("pause");
    return Promise.resolve();
  }

  override resume(): Promise<void> {
    this.told.push("resume");
    return Promise.resolve();
  }
}

function create() {
  const made: NotingIndex[] = [];
  const index = new SwitchableIndex((): CodeIndex => {
    const inner = new NotingIndex();
    made.push(inner);
    return inner;
  });
  return { index, made, inner: () => made.at(-1)! };
}

describe("an index that can be switched off", () => {
  it("finds nothing while it is off, and marks no citation", async () => {
    const { index } = create();
    assert.deepEqual(await index.retrieve({ text: "x", limit: 1 }), []);
    assert.deepEqual(await index.symbols({ text: "x", limit: 1 }), []);
    assert.deepEqual(await index.leftOut(1), []);
    assert.deepEqual(await index.map(1), []);
    assert.deepEqual(await index.checkCitations([{ path: "a", startLine: 1, endLine: 1, hash: "0" }]), ["fresh"]);
    await assert.rejects(index.explain("a"), /There is no index/);
  });

  it("hands on to the next index what the last one was told", async () => {
    const { index, inner } = create();
    index.setOpenFiles(["a.ts"]);
    index.setResting(true);
    await index.pause();
    await index.configure(config);
    assert.deepEqual(inner().told, [["open", ["a.ts"]], ["resting", true], "pause"]);
    await index.resume();
    await index.turnOff();
    await index.configure(config);
    assert.deepEqual(inner().told, [["open", ["a.ts"]], ["resting", true]]);
  });

  it("tells that it rests only when that changes", async () => {
    const { index, inner } = create();
    await index.configure(config);
    for (const resting of [false, true, true, false]) index.setResting(resting);
    assert.deepEqual(inner().told.slice(2), [["resting", true], ["resting", false]]);
  });

  it("keeps the last summary while it works, and none while it is off", async () => {
    const { index, inner } = create();
    const seen: IndexStatus["kind"][] = [];
    index.onDidChangeStatus(({ kind }) => seen.push(kind));
    await index.configure(config);
    assert.equal(index.summary, undefined);
    inner().settle({ kind: "ready", summary });
    inner().settle({ kind: "scanning" });
    assert.equal(index.summary, summary);
    await index.turnOff();
    assert.equal(index.summary, undefined);
    assert.deepEqual(seen, ["off", "ready", "scanning", "off"]);
  });
});
