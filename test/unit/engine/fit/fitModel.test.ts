import assert from "node:assert/strict";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { HearthError } from "../../../../src/common/errors";
import { engineDefaults } from "../../../../src/engine/engineConfig";
import { fitModel } from "../../../../src/engine/fitModel";
import { inspectModel } from "../../../../src/engine/inspectModel";
import { NativeLlama } from "../../../../src/engine/llama";
import type { EngineConfig } from "../../../../src/engine/ports";
import type { LlamaRuntime, MachineMemory } from "../../../../src/engine/runtime";
import { testModel } from "../../../fixtures/models";

const never = new AbortController().signal;
const gigabyte = 1e9;
const template = "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** A machine with so much memory free that its reserve does not count. */
function machine(ram: number, vram = 0): MachineMemory {
  const reserve = 1;
  const state = (free: number) => ({ free: (free + reserve) * gigabyte, total: 64 * gigabyte });
  return { ram: state(ram), vram: vram > 0 ? state(vram) : { free: 0, total: 0 }, unified: false, device: vram > 0 ? "cuda" : "cpu" };
}

describe("fit and inspect", function () {
  this.timeout(120_000);
  const native = new NativeLlama(() => undefined);
  let folder: string;
  const config = (change: Partial<EngineConfig> = {}): EngineConfig => ({ ...engineDefaults, model: "phi3-mini", modelDirectories: [folder], ...change });

  /** The real library's figures, on a machine of our own making. */
  const on = (memory: MachineMemory): Pick<LlamaRuntime, "insights" | "memory" | "vocabulary"> => ({
    insights: (file) => native.insights(file, 0),
    vocabulary: (file) => native.vocabulary(file),
    memory: () => Promise.resolve(memory),
  });

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "hearth-fit-"));
  });

  after(async () => {
    await native.dispose();
    await rm(folder, { recursive: true });
  });

  describe("fit", () => {
    const fit = (change: Partial<EngineConfig>, memory: MachineMemory, request = {}) => fitModel(request, config(change), on(memory), never);

    it("adds up what a file needs", async () => {
      const report = await fit({ model: await testModel("phi3") }, machine(8));
      assert.deepEqual([report.verdict, report.estimated, report.contextSize, report.sequences, report.layers, report.device], [{ kind: "fits" }, false, 4096, 2, 3, "cpu"]);
      assert.equal(report.kvCache.ram, 4096 * 2 * 2 * 256 * 2);
      assert.equal(report.total.ram, report.weights.ram + report.kvCache.ram + report.compute.ram);
      assert.ok(Math.abs(report.free.ram - 8 * gigabyte) < 1);
    });

    it("counts the embedding model beside it", async () => {
      const report = await fit({ model: await testModel("phi3"), embeddingModel: await testModel("bert") }, machine(8));
      assert.ok(report.embedding !== undefined && report.embedding.ram > 5e6);
      assert.equal(report.total.ram, report.weights.ram + report.kvCache.ram + report.compute.ram + report.embedding.ram);
    });

    it("does not fail over an embedding model that is missing or of the wrong role", async () => {
      for (const embeddingModel of [path.join(folder, "no.gguf"), await testModel("phi3")]) {
        assert.equal((await fit({ model: await testModel("phi3"), embeddingModel }, machine(8))).embedding, undefined);
      }
    });

    it("bounds the context by what the model was trained on", async () => {
      const sizes = async (asked: number) => {
        const { contextSize, askedContextSize } = await fit({ model: await testModel("phi3") }, machine(8), { contextSize: asked });
        return [contextSize, askedContextSize];
      };
      assert.deepEqual([await sizes(100_000), await sizes(4096), await sizes(1024)], [[4096, 100_000], [4096, undefined], [1024, undefined]]);
    });

    it("takes the request before the configuration", async () => {
      const report = await fit({ model: await testModel("llama2"), contextSize: 1024 }, machine(8), { model: await testModel("phi3"), contextSize: 512, sequences: 3 });
      assert.deepEqual([report.model, report.contextSize, report.sequences], [path.basename(await testModel("phi3")), 512, 3]);
    });

    it("estimates a catalog model that is not here, and says so", async () => {
      const report = await fit({}, machine(16));
      assert.deepEqual([report.model, report.estimated, report.verdict, report.layers], ["phi3-mini", true, { kind: "fits" }, 33]);
      assert.equal(report.kvCache.ram, 4096 * 2 * 393_216);
      assert.match(report.summary, /^Fits: .* Estimated before the download\.$/);
    });

    it("says which setting helps", async () => {
      const tight = await fit({}, machine(4.5));
      assert.deepEqual([tight.verdict, tight.setting], [{ kind: "fitsWithSequences", sequences: 1, gpuLayers: 0 }, { key: "sequences", value: 1 }]);
      const tighter = await fit({ sequences: 1 }, machine(3.5));
      assert.equal(tighter.verdict.kind, "fitsWithContext");
      assert.equal(tighter.setting?.key, "contextSize");
    });

    it("names the largest model of the catalog that fits when no setting helps", async () => {
      const report = await fit({ model: "llama3.1-8b" }, machine(4.5));
      assert.deepEqual([report.verdict, report.setting], [{ kind: "doesNotFit" }, { key: "model", value: "qwen2-1.5b" }]);
      assert.match(report.summary, /the model qwen2-1\.5b fits/);
      assert.equal((await fit({ model: "llama3.1-8b" }, machine(0.5))).setting, undefined);
    });

    it("puts as many layers on a GPU as it holds", async () => {
      assert.deepEqual((await fit({ model: "llama3.1-8b" }, machine(16, 12))).gpuLayers, 33);
      const some = await fit({ model: "llama3.1-8b" }, machine(16, 3));
      assert.equal(some.verdict.kind, "fitsWithLayers");
      assert.ok(some.gpuLayers > 5 && some.gpuLayers < 25, String(some.gpuLayers));
      assert.ok(some.total.vram <= 3 * gigabyte);
    });

    const refused: readonly [what: string, model: () => Promise<string>, code: string][] = [
      ["a file that is not there", () => Promise.resolve(path.join(folder, "no.gguf")), "model-not-found"],
      ["an unknown name", () => Promise.resolve("no-such-model"), "model-not-found"],
      ["an embedding model", () => testModel("bert"), "bad-setting"],
      ["an embedding model of the catalog", () => Promise.resolve("coderank-137m"), "bad-setting"],
      ["a file that is no GGUF", () => textFile(folder), "model-invalid"],
    ];
    for (const [what, model, code] of refused) {
      it(`refuses ${what}`, async () => {
        await assert.rejects(fit({ model: await model() }, machine(8)), (error) => error instanceof HearthError && error.code === code);
      });
    }

    it("counts a quantised KV cache with the flash attention that it brings", async () => {
      const [exact, small] = [await fit({}, machine(16)), await fit({ kvCacheType: "q8_0" }, machine(16))];
      assert.deepEqual(small, await fit({ kvCacheType: "q8_0", flashAttention: true }, machine(16)));
      assert.equal(small.kvCache.ram, (exact.kvCache.ram * 34) / 64);
    });

    it("refuses numbers out of range", async () => {
      await assert.rejects(fit({}, machine(8), { contextSize: 7 }), /contextSize/);
      await assert.rejects(fit({}, machine(8), { sequences: 0 }), /sequences/);
    });

    it("ends when it is aborted", async () => {
      await assert.rejects(fitModel({ model: await testModel("phi3") }, config(), on(machine(8)), AbortSignal.abort()), { name: "AbortError" });
    });
  });

  describe("inspect", () => {
    const inspect = (file: string, change: Partial<EngineConfig> = {}) => inspectModel(file, config(change), on(machine(8)), never);

    it("tells what a chat model's file holds", async () => {
      const file = await testModel("phi3");
      const { memory, ...report } = await inspect(file);
      assert.deepEqual(report, {
        ...{ file, sizeBytes: 9_798_752, name: "Phi3 test", role: "chat", architecture: "phi3", parameters: 8_536_704, quantization: "Q8_0" },
        ...{ layers: 3, trainedContextSize: 4096, vocabularySize: 32_064, tokenizer: "llama", template: undefined, sequences: 2 },
        ...{ format: "phi3", formatReason: "The file's architecture is phi3, so Phi-3's format is taken." },
      });
      assert.deepEqual(memory.map(({ contextSize }) => contextSize), [512, 1024, 2048, 4096]);
      const needs = memory.map(({ need }) => need.ram);
      assert.deepEqual(needs, [...needs].sort((a, b) => a - b));
      assert.ok(memory.every(({ fits, gpuLayers }) => fits && gpuLayers === 0));
    });

    it("has a row for the configured context", async () => {
      const sizes = (await inspect(await testModel("phi3"), { contextSize: 3000 })).memory.map(({ contextSize }) => contextSize);
      assert.deepEqual(sizes, [512, 1024, 2048, 3000, 4096]);
    });

    const formats: readonly [kind: "phi3" | "llama2" | "llama3" | "qwen2", chatTemplate: string | undefined, format: string | undefined, reason: RegExp][] = [
      ["qwen2", template, "chatml", /^The file's chat template writes <\|im_start\|>, as ChatML does\.$/],
      ["phi3", template, "phi3", /as ChatML does\. But the vocabulary lacks the special tokens of ChatML\. The file's architecture is phi3/],
      ["llama3", undefined, "llama3", /The vocabulary has the token <\|start_header_id\|>/],
      ["llama2", undefined, "llama2", /name is "CodeLlama test"/],
      ["qwen2", "{% for m in messages %}{{ m.role + ': ' + m.content }}{% endfor %}", "jinja", /none that is known here, so it is rendered itself/],
      ["qwen2", "{{ messages[0]", undefined, /rendered itself\. The chat template inside the model file cannot be used\.$/],
    ];
    for (const [kind, chatTemplate, format, reason] of formats) {
      it(`${kind} with ${chatTemplate === undefined ? "no template" : chatTemplate.slice(0, 20)} gets ${format ?? "none"}, with the reason`, async () => {
        const report = await inspect(await testModel(kind, chatTemplate === undefined ? {} : { chatTemplate }));
        assert.equal(report.format, format);
        assert.match(report.formatReason, reason);
        assert.equal(report.template, chatTemplate);
      });
    }

    it("tells an embedding model, which has no prompt format", async () => {
      const report = await inspect(await testModel("bert"));
      assert.deepEqual([report.role, report.format, report.memory.length], ["embedding", undefined, 1]);
      assert.match(report.formatReason, /embedding model/);
    });

    it("refuses a file that is cut off, and one that is not there", async () => {
      await assert.rejects(inspect(path.join(folder, "no.gguf")), { code: "model-not-found" });
      await assert.rejects(inspect(await textFile(folder)), { code: "model-invalid" });
    });
  });
});

async function textFile(folder: string): Promise<string> {
  const file = path.join(folder, "text.gguf");
  await writeFile(file, "no model at all\n");
  await truncate(file, 10);
  return file;
}
