import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { HearthError } from "../../../src/common/errors";
import { catalog, catalogEntry } from "../../../src/engine/catalog";
import { listModels } from "../../../src/engine/listModels";
import { defaultModelDirectory } from "../../../src/common/hearthHome";
import { modelDirectories, resolveModel } from "../../../src/engine/modelFile";
import { testModel } from "../../fixtures/models";
import { temporaryFolder } from "./temporaryFolder";

const phi3 = catalogEntry("phi3-mini")!;

async function errorOf(promise: Promise<unknown>): Promise<HearthError> {
  const error: unknown = await promise.then(
    () => assert.fail("should have thrown"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HearthError, String(error));
  return error;
}

describe("resolveModel", () => {
  const folder = temporaryFolder();

  it("finds a catalog model in the first folder that has it", async () => {
    const [first, second] = [path.join(folder(), "a"), path.join(folder(), "b")];
    await mkdir(second);
    await writeFile(path.join(second, phi3.file), "x");
    assert.deepEqual(await resolveModel("phi3-mini", [first, second], "chat"), { id: "phi3-mini", file: path.join(second, phi3.file), entry: phi3 });
  });

  it("says where it looked for a catalog model, and how to get it", async () => {
    const error = await errorOf(resolveModel("phi3-mini", [folder(), "/elsewhere"], "chat"));
    assert.equal(error.code, "model-not-found");
    for (const part of [phi3.file, folder(), "/elsewhere"]) assert.ok(error.message.includes(part), error.message);
    assert.match(error.remedy ?? "", /hearth models --download phi3-mini/);
  });

  it("takes an absolute path, and a path relative to the working directory", async () => {
    const file = path.join(folder(), "my.gguf");
    await writeFile(file, "x");
    assert.deepEqual(await resolveModel(file, [], "chat"), { id: "my.gguf", file });
    assert.deepEqual(await resolveModel(path.relative(process.cwd(), file), [], "chat"), { id: "my.gguf", file });
  });

  it("looks for a bare file name in the folders", async () => {
    const file = path.join(folder(), "bare.gguf");
    await writeFile(file, "x");
    assert.equal((await resolveModel("bare.gguf", [folder()], "chat")).file, file);
  });

  it("expands ~", async () => {
    const error = await errorOf(resolveModel("~/no/such.gguf", [], "chat"));
    assert.ok(error.message.includes(path.join(homedir(), "no/such.gguf")), error.message);
  });

  it("lists the catalog's ids for an unknown name", async () => {
    const error = await errorOf(resolveModel("phi4", [folder()], "chat"));
    assert.equal(error.code, "model-not-found");
    assert.match(`${error.message} ${error.remedy ?? ""}`, /"phi4".*phi3-mini, codellama-7b/);
  });

  const roles = ["chat", "embedding"] as const;
  for (const role of roles) {
    it(`names only ${role} models where one is wanted`, async () => {
      const { remedy = "" } = await errorOf(resolveModel("phi4", [folder()], role));
      for (const entry of catalog) assert.equal(remedy.includes(entry.id), entry.role === role, entry.id);
    });

    it(`refuses the catalog's other models for the role ${role}, before it says that they are not here`, async () => {
      const other = catalog.find((entry) => entry.role !== role)!;
      const error = await errorOf(resolveModel(other.id, [folder()], role));
      assert.equal(error.code, "bad-setting");
      assert.match(error.message, role === "chat" ? /coderank-137m is an embedding model/ : /phi3-mini is not an embedding model/);
    });
  }
});

describe("modelDirectories", () => {
  it("is the default folder when none is named, and absolute otherwise", () => {
    assert.deepEqual(modelDirectories(["", " "]), [defaultModelDirectory()]);
    assert.deepEqual(modelDirectories(["~/models", "/m"]), [path.join(homedir(), "models"), path.resolve("/m")]);
  });
});

describe("listModels", () => {
  const folder = temporaryFolder();

  it("has a row for each catalog model, with its file where there is one", async () => {
    await writeFile(path.join(folder(), phi3.file), "x");
    const rows = await listModels([folder()]);
    assert.equal(rows.find(({ id }) => id === "phi3-mini")?.file, path.join(folder(), phi3.file));
    assert.equal(rows.find(({ id }) => id === "codellama-7b")?.file, undefined);
  });

  it("adds other files, says which cannot be used, and leaves later parts out", async () => {
    for (const name of ["broken.gguf", "note.txt", "big-00002-of-00003.gguf"]) await writeFile(path.join(folder(), name), "not a model");
    const rows = (await listModels([folder(), "/no/such/folder"])).filter(({ file }) => file !== undefined);
    assert.deepEqual(rows.map(({ id }) => id), ["broken.gguf"]);
    assert.match(rows[0]!.description, /^Cannot be used: .*not a GGUF file/);
  });

  it("describes a model file by its own metadata; its id can be resolved", async () => {
    const file = await testModel("bert");
    const row = (await listModels([path.dirname(file)])).find((listed) => listed.file === file);
    assert.equal(row?.role, "embedding");
    assert.equal(row.contextLength, 512);
    assert.equal((await resolveModel(row.id, [path.dirname(file)], "embedding")).file, file);
  });
});
