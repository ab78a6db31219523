import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { modelHash } from "../../../src/engine/modelHash";
import { testModel } from "../../fixtures/models";
import { temporaryFolder } from "./temporaryFolder";
import { changed, tinyGguf, tinyMetadata } from "./tinyGguf";

describe("modelHash", () => {
  const folder = temporaryFolder();

  it("is the same for the same content under another name", async () => {
    const file = await tinyGguf(folder());
    const copy = path.join(folder(), "copy.gguf");
    await writeFile(copy, await readFile(file));
    const hash = await modelHash(file);
    assert.match(hash, /^[0-9a-f]{64}$/);
    assert.equal(await modelHash(copy), hash);
  });

  const differences: [what: string, other: (file: string) => Promise<string>][] = [
    ["one byte more", (file) => changed(file, (bytes) => Buffer.concat([bytes, Buffer.alloc(1)]))],
    ["another last weight", (file) => changed(file, (bytes) => (bytes.writeUInt8(0xee, bytes.length - 40), bytes))],
    ["other metadata", () => tinyGguf(folder(), { name: "other.gguf", metadata: [...tinyMetadata, ["general.author", "string", "x"]] })],
  ];
  for (const [what, other] of differences) {
    it(`differs with ${what}`, async () => {
      const file = await tinyGguf(folder());
      assert.notEqual(await modelHash(await other(file)), await modelHash(file));
    });
  }

  it("differs between models of the same shape with other weights", async () => {
    assert.notEqual(await modelHash(await testModel("bert")), await modelHash(await testModel("bert", { seed: 2 })));
  });
});
