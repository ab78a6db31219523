import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chatModels } from "../../../../src/engine/catalog/chatModels";
import { catalogNeeds } from "../../../../src/engine/fit/catalogNeeds";
import { fileNeeds } from "../../../../src/engine/fit/fileNeeds";
import { totalOf } from "../../../../src/engine/fit/needs";
import { NativeLlama } from "../../../../src/engine/llama";
import type { ChatRuntime, ContextShape } from "../../../../src/engine/runtime";
import { writeHollowModel } from "../../../fixtures/hollowModel";
import { type DecoderKind, testModel } from "../../../fixtures/models";

const never = new AbortController().signal;
const shape: ContextShape = { contextSize: 1024, sequences: 2, gpuLayers: 0, kvCacheType: "f16", flashAttention: false };

/** Bytes that a token adds to a saved state: its keys and values, and some for its position. */
async function bytesOfToken(chat: ChatRuntime, file: string): Promise<number> {
  const [sequence] = chat.sequences;
  assert.ok(sequence);
  const tokens = Array.from({ length: 64 }, (_, index) => 300 + index);
  await sequence.prefill(tokens);
  const before = await sequence.saveState(file);
  await sequence.prefill(tokens);
  return ((await sequence.saveState(file)) - before) / tokens.length;
}

describe("what a model takes, from its header", function () {
  this.timeout(120_000);
  const llama = new NativeLlama(() => undefined);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-fit-"));
  });

  after(async () => {
    await llama.dispose();
    await rm(folder, { recursive: true });
  });

  const shapes: readonly [kind: DecoderKind, change: Partial<ContextShape>][] = [
    ["phi3", {}],
    ["phi3", { contextSize: 4096, sequences: 1 }],
    ["phi3", { flashAttention: true, kvCacheType: "q8_0" }],
    ["llama2", { contextSize: 512 }],
    ["llama3", { contextSize: 4000 }],
    ["qwen2", { sequences: 3 }],
  ];
  for (const [kind, change] of shapes) {
    it(`${kind} ${JSON.stringify(change)}: the KV cache is that of a loaded model`, async () => {
      const file = await testModel(kind);
      const options = { ...shape, ...change };
      const { kvCache, compute } = await (await llama.insights(file, 0)).context(options);
      const chat = await llama.loadChat({ ...options, file, threads: 1, signal: never, onProgress: () => undefined });
      const measured = await bytesOfToken(chat, path.join(folder, "state"));
      await chat.dispose();
      const cells = Math.ceil(options.contextSize / 256) * 256 * options.sequences;
      near(kvCache.ram, measured * cells, 0.1, "KV cache");
      near(chat.kvBytesPerToken, kvCache.ram / cells, 1e-9, "bytes of a token");
      assert.ok(compute.ram > 0);
    });
  }

  for (const entry of chatModels.filter((entry) => entry.id !== "ember")) {
    it(`the catalog's figures of ${entry.id} agree with a file of that shape`, async () => {
      const file = path.join(folder, `${entry.id}.gguf`);
      await writeHollowModel(file, entry.id);
      const insights = await llama.insights(file, 0);
      for (const contextSize of [512, 4096, entry.contextLength]) {
        for (const flashAttention of [false, true]) {
          const format = { kvCacheType: "f16", flashAttention } as const;
          const [guessed, read] = [catalogNeeds(entry.shape, format), fileNeeds(insights, format)];
          assert.equal(guessed.layers, read.layers);
          const at = { contextSize, sequences: 2, gpuLayers: 0 };
          const [guess, truth] = [await guessed.needs(at), await read.needs(at)];
          assert.equal(guess.kvCache.ram, truth.kvCache.ram);
          near(totalOf(guess).ram, totalOf(truth).ram, 0.15, `${entry.id} ${contextSize}`);
        }
      }
    });
  }

  it("reads a tokenizer without the weights", async () => {
    const tokenizer = await llama.vocabulary(await testModel("phi3"));
    const { hints, vocabulary } = tokenizer;
    assert.deepEqual([hints.architecture, vocabulary.kind, vocabulary.tokenizeSpecial("<|end|>")], ["phi3", "spm", [32007]]);
    await tokenizer.dispose();
  });

  it("knows the processor's memory, and no GPU when none is wanted", async () => {
    const { ram, vram, device } = await llama.memory(0);
    assert.ok(ram.free > 0 && ram.free <= ram.total);
    assert.deepEqual([vram, device], [{ free: 0, total: 0 }, "cpu"]);
  });
});

function near(actual: number, expected: number, share: number, what: string): void {
  assert.ok(expected > 0, `${what}: nothing to compare with`);
  assert.ok(Math.abs(actual / expected - 1) <= share, `${what}: ${actual} is not within ${share * 100} % of ${expected}`);
}
