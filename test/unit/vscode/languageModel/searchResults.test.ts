import assert from "node:assert/strict";
import { modelOptions } from "../../../../src/vscode/languageModel/modelOptions";
import { chunkText, searchInput, withinBudget } from "../../../../src/vscode/languageModel/searchResults";

describe("the search tool", () => {
  const inputs: readonly [given: unknown, input: ReturnType<typeof searchInput>][] = [
    [{ query: " late parcel " }, { query: "late parcel", limit: 8 }],
    [{ query: "x", limit: 3.7 }, { query: "x", limit: 3 }],
    [{ query: "x", limit: 1000 }, { query: "x", limit: 50 }],
    [{ query: "x", limit: "many" }, { query: "x", limit: 8 }],
    [{ query: "  " }, undefined],
    [{ limit: 3 }, undefined],
    ["x", undefined],
    [null, undefined],
  ];
  for (const [given, input] of inputs) it(`reads ${JSON.stringify(given)}`, () => assert.deepEqual(searchInput(given), input));

  it("shows a chunk under its place, in a fence that its text cannot close", () => {
    const chunk = { path: "a.md", startLine: 3, endLine: 5, score: 1, hash: "", language: "markdown", symbol: "Use", text: "```ts\nx\n```" };
    assert.equal(chunkText(chunk), "a.md:3-5 (Use)\n````markdown\n```ts\nx\n```\n````");
    assert.match(chunkText({ ...chunk, language: "plaintext", text: "x" }), /\n```\nx\n```$/);
  });

  it("keeps to the caller's token budget, with one result at least", () => {
    assert.deepEqual(withinBudget(["a", "b", "c"], [5, 5, 5], 10), ["a", "b"]);
    assert.deepEqual(withinBudget(["a", "b"], [50, 5], 10), ["a"]);
  });
});

describe("options of a request", () => {
  it("are taken under their usual names, and others pass", () => {
    assert.deepEqual(modelOptions({ temperature: 0, top_p: 0.5, seed: 7, max_tokens: 9, n: 3 }), { sampling: { temperature: 0, topP: 0.5, seed: 7 }, maxTokens: 9 });
    assert.deepEqual(modelOptions(), { sampling: {} });
  });

  it("are refused where they are out of range", () => {
    assert.throws(() => modelOptions({ temperature: 9 }), /temperature cannot be 9/);
    assert.throws(() => modelOptions({ max_tokens: "many" }), /max_tokens cannot be "many"/);
  });
});
