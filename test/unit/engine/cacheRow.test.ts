import assert from "node:assert/strict";
import path from "node:path";
import { CacheRow } from "../../../src/engine/cacheRow";
import { planCache } from "../../../src/engine/cachePlan";
import { NativeSequence } from "../../../src/engine/native/nativeSequence";
import type { RowContent } from "../../../src/engine/states/savedStates";
import type { DecoderKind } from "../../fixtures/models";
import { NativeRows } from "./nativeRows";
import { continuation, testContent } from "./stateRig";
import { temporaryFolder } from "./temporaryFolder";

describe("a row of the KV cache (random weights)", () => {
  const native = new NativeRows();
  const folder = temporaryFolder();
  afterEach(() => native.clear());
  after(() => native.dispose());

  async function rows(kind: DecoderKind) {
    const { sequences } = await native.chat(kind, {}, { sequences: 2 });
    return sequences.map((sequence) => new CacheRow(sequence));
  }

  /** Without the second of its parts. */
  function shortened({ tokens, parts: [first, second, ...parts] }: RowContent): RowContent {
    assert.ok(first && second);
    return { tokens: [...tokens.slice(0, first.length), ...tokens.slice(first.length + second.length)], parts: [first, ...parts] };
  }

  async function fill(row: CacheRow, content: RowContent): Promise<void> {
    row.ledger.reset(content, 0);
    await row.prefill(content.tokens);
  }

  async function cut(row: CacheRow, wanted: RowContent): Promise<void> {
    await row.apply(planCache(row.ledger, wanted, { cuts: true, evaluateAtLeast: 0 }), wanted);
  }

  for (const kind of ["phi3", "llama2", "llama3", "qwen2"] as const) {
    it(`${kind}: holds what is left after a cut, and a copy of it goes on with the same tokens`, async () => {
      const [row, copy] = await rows(kind);
      const content = testContent(1, 400);
      const wanted = shortened(content);
      await fill(row!, content);
      const before = row!.sequence.meter.input;
      await cut(row!, wanted);
      assert.ok(row!.sequence instanceof NativeSequence);
      assert.deepEqual([row!.ledger.copy(), row!.sequence.sequence.contextTokens], [wanted, wanted.tokens]);
      assert.equal(row!.sequence.meter.input - before, content.tokens.length - 16, "the library counts what it moves");
      await row!.prepareSave();
      const file = path.join(folder(), "row.kv");
      await row!.sequence.saveState(file);
      await copy!.sequence.loadState(file);
      assert.deepEqual(await continuation(copy!.sequence, 12), await continuation(row!.sequence, 12));
      assert.deepEqual(row!.ledger.copy(), wanted);
    });
  }

  it("drops what work has left behind its tokens, and all where some are missing", async () => {
    const [row] = await rows("phi3");
    await fill(row!, testContent(1, 40));
    await row!.sequence.prefill([5, 6]);
    await row!.settle();
    assert.deepEqual([row!.sequence.length, row!.length], [40, 40]);
    await row!.sequence.eraseTail(39);
    await row!.settle();
    assert.deepEqual([row!.sequence.length, row!.length], [0, 0]);
  });
});
