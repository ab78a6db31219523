import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ModelListing } from "../../../../src/engine/ports";
import { partsOf } from "../../../../src/vscode/models/modelParts";
import { isInUse, modelActions, modelGroups, type ModelSurroundings } from "../../../../src/vscode/models/modelRows";

const listing = (part: Partial<ModelListing>): ModelListing => ({ id: "phi3-mini", role: "chat", source: "", contextLength: 4096, description: "Small.", ...part });
const chat = listing({ file: "/m/phi.gguf", sizeBytes: 2.4e9 });
const embedding = listing({ id: "coderank-137m", role: "embedding" });
const own = listing({ id: "own.gguf", file: "/m/own.gguf", sizeBytes: 1e8 });
const used = { chat: "phi3-mini", embedding: "" };

describe("the model page", () => {
  it("groups models by what they are for, with size, place and use", () => {
    const groups = modelGroups([chat, embedding, own], used);
    assert.deepEqual(groups.map(({ title, rows }) => [title, rows.map(({ label }) => label)]), [
      ["Models that answer", ["$(check) phi3-mini"]],
      ["Models for search by meaning", ["coderank-137m"]],
      ["Your files", ["own.gguf"]],
    ]);
    const [[first], [second], [third]] = groups.map(({ rows }) => rows) as [typeof groups[0]["rows"], typeof groups[0]["rows"], typeof groups[0]["rows"]];
    assert.equal(first?.description, "2.4 GB, on this machine, in use");
    assert.match(second!.description, /^\d+ MB, to be downloaded$/);
    assert.equal(third?.detail, "Answers. Small.");
  });

  it("leaves out a group without models", () => {
    assert.deepEqual(modelGroups([chat], used).map(({ title }) => title), ["Models that answer"]);
  });

  it("knows a model in use by id, path or file name", () => {
    for (const name of ["own.gguf", "/m/own.gguf"]) assert.ok(isInUse(own, { chat: name, embedding: "" }));
    assert.ok(isInUse(embedding, { chat: "", embedding: "coderank-137m" }));
    assert.ok(!isInUse(chat, { chat: "", embedding: "" }));
  });

  const around: ModelSurroundings = { mayBeWorkspaces: true, used, isPaused: false };
  const kinds = (model: ModelListing, part: Partial<ModelSurroundings> = {}) =>
    modelActions(model, { ...around, ...part }).map((action) => (action.kind === "use" ? `use ${action.role} ${action.where}` : action.kind));
  const offers: readonly [name: string, model: ModelListing, part: Partial<ModelSurroundings>, actions: readonly string[]][] = [
    ["a chat model on this machine", chat, {}, ["use chat workspace", "use chat user", "reveal", "delete"]],
    ["one in a workspace that may have none of its own", chat, { mayBeWorkspaces: false }, ["use chat user", "reveal", "delete"]],
    ["one that is not here", listing({}), {}, ["download", "use chat workspace", "use chat user"]],
    ["one whose download waits", listing({}), { isPaused: true }, ["download", "discard", "use chat workspace", "use chat user"]],
    ["an embedding model that is not here", embedding, {}, ["download"]],
    ["the embedding model in use", { ...embedding, file: "/m/e.gguf" }, { used: { chat: "", embedding: "coderank-137m" } }, ["use embedding workspace", "use embedding user", "stopUsing", "reveal", "delete"]],
  ];
  for (const [name, model, part, actions] of offers) it(`offers for ${name} what can be done`, () => assert.deepEqual(kinds(model, part), actions));
});

describe("the files of a model", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "hearth-parts-"));
  after(() => rmSync(folder, { recursive: true }));

  it("are all its parts, and no other model's", async () => {
    const names = ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf", "a-00001-of-00003.gguf", "ab-00001-of-00002.gguf", "a.gguf"];
    for (const name of names) writeFileSync(path.join(folder, name), "");
    const parts = async (name: string) => (await partsOf(path.join(folder, name))).map((file) => path.basename(file));
    assert.deepEqual(await parts("a-00001-of-00002.gguf"), ["a-00001-of-00002.gguf", "a-00002-of-00002.gguf"]);
    assert.deepEqual(await parts("a.gguf"), ["a.gguf"]);
  });
});
