import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { catalog, catalogEntry, defaultsFor } from "../../../src/engine/catalog";
import { downloadUrl } from "../../../src/engine/downloadSource";
import { samplerNames } from "../../../src/engine/ports";
import { repositoryRoot } from "../../fixtures/repository";

describe("catalog", () => {
  it("begins with the default model and has every model of the settings", () => {
    const ids = catalog.map(({ id }) => id);
    assert.deepEqual(ids, ["phi3-mini", "codellama-7b", "llama3.1-8b", "qwen2-1.5b", "ember", "coderank-137m", "qwen3-embedding-0.6b"]);
  });

  for (const entry of catalog) {
    it(`${entry.id} is whole`, () => {
      assert.match(entry.source, entry.id === "ember" ? /^bundled$/ : /^hf:[\w.-]+\/[\w.-]+\/[\w.-]+\.gguf$/);
      assert.ok(entry.source === "bundled" || entry.source.endsWith(`/${entry.file}`));
      if (entry.sha256 !== undefined) assert.match(entry.sha256, /^[0-9a-f]{64}$/);
      assert.ok(entry.description.length > 20 && entry.description.length < 120);
      if (entry.role === "embedding") {
        assert.ok(entry.queryPrefix.endsWith(" "));
        assert.ok((entry.leastDimensions ?? 1) <= entry.dimensions);
        return;
      }
      assert.ok(samplerNames.includes(entry.defaults.sampling.sampler));
      assert.ok(entry.defaults.maxTokens <= entry.contextLength / 2);
      assert.ok(entry.stopTokens.length > 0);
    });
  }

  it("has the hash of the model that comes with Hearth", async () => {
    const { sha256, sizeBytes, file } = catalogEntry("ember")!;
    const bytes = await readFile(path.join(repositoryRoot(), "models", file));
    assert.deepEqual([createHash("sha256").update(bytes).digest("hex"), bytes.length], [sha256, sizeBytes]);
  });

  it("names the file's address, with another endpoint too", () => {
    const entry = catalogEntry("phi3-mini")!;
    const file = "microsoft/Phi-3-mini-4k-instruct-gguf/resolve/main/Phi-3-mini-4k-instruct-q4.gguf";
    assert.equal(downloadUrl(entry, "https://mirror.example/hub/"), `https://mirror.example/hub/${file}`);
    assert.ok(downloadUrl(entry).endsWith(`/${file}`));
    assert.throws(() => downloadUrl(entry, "nonsense"), { code: "bad-setting" });
  });
});

describe("defaultsFor", () => {
  const families: [architecture: string, name: string, like: string][] = [
    ["phi3", "Phi3", "phi3-mini"],
    ["llama", "codellama_codellama-7b-instruct-hf", "codellama-7b"],
    ["llama", "Meta Llama 3.1 8B Instruct", "llama3.1-8b"],
    ["qwen2", "Qwen2.5 Coder", "qwen2-1.5b"],
  ];
  for (const [architecture, name, like] of families) {
    it(`${name} is treated like ${like}`, () => {
      const entry = catalogEntry(like);
      assert.ok(entry?.role === "chat");
      assert.deepEqual(defaultsFor({ architecture, name, contextLength: 32_768 }), entry.defaults);
    });
  }

  it("an unknown model gets generic defaults, and answers of at most half its context", () => {
    const defaults = defaultsFor({ architecture: "gemma3", name: "", contextLength: 1000 });
    assert.equal(defaults.maxTokens, 500);
    assert.equal(defaults.sampling.repeatPenalty, 1);
  });
});
