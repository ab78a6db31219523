import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile, symlink, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../../src/common/errors";
import { checkGguf, type GgufInfo } from "../../../src/engine/ggufCheck";
import { readGgufHeader } from "../../../src/engine/ggufHeader";
import type { MetadataEntry } from "../../fixtures/ggufWriter";
import { testModel } from "../../fixtures/models";
import { Random } from "../../fixtures/random";
import { vocabularyFile } from "../../fixtures/vocab";
import { temporaryFolder } from "./temporaryFolder";
import { changed, tinyGguf, tinyMetadata } from "./tinyGguf";

const folder = temporaryFolder();

async function refusal(file: string): Promise<HearthError> {
  const outcome = await attempt(file);
  assert.ok(outcome instanceof HearthError, `${file} was accepted`);
  assert.ok(outcome.message.includes(file), outcome.message);
  assert.ok(outcome.remedy, "no remedy");
  return outcome;
}

/** Anything but information or a HearthError is thrown on and fails the test. */
async function attempt(file: string): Promise<GgufInfo | HearthError> {
  return checkGguf(file).catch((error: unknown) => {
    if (error instanceof HearthError) return error;
    throw error;
  });
}

async function refusalOf(change: (bytes: Buffer) => Buffer): Promise<string> {
  const error = await refusal(await changed(await tinyGguf(folder()), change));
  assert.equal(error.code, "model-invalid");
  return error.message;
}

function withEntry(key: string, ...entry: [MetadataEntry] | []): readonly MetadataEntry[] {
  return [...tinyMetadata.filter((known) => Buffer.isBuffer(known) || known[0] !== key), ...entry];
}

describe("checkGguf on whole files", () => {
  it("tells what the file says of itself", async () => {
    const info = await checkGguf(await tinyGguf(folder()));
    assert.deepEqual(info, {
      architecture: "llama",
      name: "Tiny",
      role: "chat",
      fileType: "Q4_K_M",
      contextLength: 2048,
      blockCount: 2,
      embeddingLength: 32,
      hasChatTemplate: false,
      vocabularySize: 4,
      sizeBytes: info.sizeBytes,
    });
  });

  it("accepts every test model, and knows an embedding model", async () => {
    for (const kind of ["phi3", "llama2", "llama3", "qwen2"] as const) assert.equal((await checkGguf(await testModel(kind))).role, "chat");
    assert.equal((await checkGguf(await testModel("bert"))).role, "embedding");
  });

  it("follows a link to the file", async () => {
    const link = path.join(folder(), "link.gguf");
    await symlink(await tinyGguf(folder()), link);
    assert.equal((await checkGguf(link)).name, "Tiny");
  });
});

describe("checkGguf refuses", () => {
  it("a path where nothing is", async () => {
    assert.equal((await refusal(path.join(folder(), "none.gguf"))).code, "model-not-found");
  });

  it("a folder", async () => assert.match((await refusal(folder())).message, /is a folder/));

  it("an empty file", async () => {
    const file = path.join(folder(), "empty.gguf");
    await writeFile(file, "");
    assert.match((await refusal(file)).message, /is empty/);
  });

  it("a pipe, without waiting for it", async () => {
    const file = path.join(folder(), "pipe.gguf");
    execFileSync("mkfifo", [file]);
    assert.match((await refusal(file)).message, /not a regular file/);
  });

  it("a file of another kind", async () => {
    const file = path.join(folder(), "page.gguf");
    await writeFile(file, "<!doctype html><title>Not found</title>");
    assert.match((await refusal(file)).message, /not a GGUF file/);
  });

  it("a vocabulary without weights", async () => assert.match((await refusal(await vocabularyFile("phi-3"))).message, /no weights/));

  it("an adapter", async () => {
    const file = await tinyGguf(folder(), { metadata: withEntry("general.type", ["general.type", "string", "adapter"]) });
    assert.match((await refusal(file)).message, /part of a model/);
  });

  it("a file whose end is missing, by one byte and by far", async () => {
    const whole = await tinyGguf(folder());
    const end = await endOfTensors(whole);
    for (const missing of [1, 33, 400]) {
      await truncate(whole, end - missing);
      assert.match((await refusal(whole)).message, /is cut off: \d+ of its \d+ bytes are missing/);
    }
  });

  const changes: [what: string, message: RegExp, change: (bytes: Buffer) => Buffer][] = [
    ["a version that is not known", /version 7/, (bytes) => patch32(bytes, 4, 7)],
    ["version 1", /version 1/, (bytes) => patch32(bytes, 4, 1)],
    ["big-endian files", /big-endian/, (bytes) => patch32(bytes, 4, 0x03000000)],
    ["an absurd number of tensors", /claims 4294967299 tensors/, (bytes) => patch32(bytes, 12, 1)],
    ["more entries than fit", /too short for the 60000 metadata entries/, (bytes) => patch32(bytes, 16, 60_000)],
    ["a key of absurd length", /claims 2\d+ bytes for a metadata key/, (bytes) => patch32(bytes, 24, 2_000_000_000)],
    ["an unknown type of value", /unknown type 99/, (bytes) => patch32(bytes, 24 + 8 + "general.architecture".length, 99)],
    ["a tensor out of its place", /not where it should be/, (bytes) => patch32(bytes, after(bytes, "output_norm.weight") + 4 + 8 + 4, 64)],
    ["a shape that the type does not allow", /impossible shape/, (bytes) => patch32(bytes, after(bytes, "output.weight") + 4, 8)],
    ["a tensor without dimensions", /has 0 dimensions/, (bytes) => patch32(bytes, after(bytes, "output_norm.weight"), 0)],
    ["the header's end missing", /middle of its header/, (bytes) => bytes.subarray(0, 300)],
  ];
  for (const [what, message, change] of changes) it(what, async () => assert.match(await refusalOf(change), message));

  const entries: [what: string, message: RegExp, metadata: readonly MetadataEntry[]][] = [
    ["no architecture", /does not name its architecture/, withEntry("general.architecture")],
    ["no vocabulary", /has no vocabulary/, tinyMetadata.filter((entry) => !Buffer.isBuffer(entry))],
    ["no layers", /block count is impossible/, withEntry("llama.block_count", ["llama.block_count", "uint32", 0])],
    ["a key twice", /stands twice/, [...tinyMetadata, ["general.name", "string", "again"]]],
  ];
  for (const [what, message, metadata] of entries) {
    it(what, async () => assert.match((await refusal(await tinyGguf(folder(), { metadata }))).message, message));
  }
});

describe("checkGguf on damaged files", () => {
  it("refuses the file cut at any byte", async () => {
    const source = await tinyGguf(folder());
    const whole = await readFile(source);
    const file = path.join(folder(), "cut.gguf");
    for (let length = 0; length < (await endOfTensors(source)); length++) {
      await writeFile(file, whole.subarray(0, length));
      const outcome = await attempt(file);
      assert.ok(outcome instanceof HearthError && outcome.code === "model-invalid", `${length} of ${whole.length} bytes were accepted`);
    }
  });

  it("survives random bytes anywhere in the header", async () => {
    const source = await tinyGguf(folder());
    const { dataStart } = await readGgufHeader(source);
    const whole = await readFile(source);
    const random = new Random(20);
    const file = path.join(folder(), "flipped.gguf");
    let refused = 0;
    for (let round = 0; round < 2000; round++) {
      const bytes = Buffer.from(whole);
      for (let flips = 1 + random.below(4); flips > 0; flips--) bytes.writeUInt8(random.below(256), random.below(dataStart));
      await writeFile(file, bytes);
      if ((await attempt(file)) instanceof HearthError) refused++;
    }
    assert.ok(refused > 500, `only ${refused} of 2000 were refused`);
  });

  it("allocates little, whatever lengths a large file claims", async () => {
    const file = await changed(await tinyGguf(folder()), (bytes) => patch32(bytes, after(bytes, "tokenizer.ggml.tokens") + 8, 250_000_000));
    await truncate(file, 3_000_000_000);
    const before = process.memoryUsage().arrayBuffers;
    assert.match((await refusal(file)).message, /claims 250000000 texts/);
    assert.ok(process.memoryUsage().arrayBuffers - before < 64 << 20);
  });
});

/** What may follow is padding, which nobody reads. */
async function endOfTensors(file: string): Promise<number> {
  const { tensors, dataStart } = await readGgufHeader(file);
  const last = tensors.at(-1)!;
  return dataStart + last.offset + last.bytes!;
}

function patch32(bytes: Buffer, at: number, value: number): Buffer {
  bytes.writeUInt32LE(value, at);
  return bytes;
}

function after(bytes: Buffer, text: string): number {
  const at = bytes.indexOf(text);
  assert.ok(at > 0, `${text} is not in the file`);
  return at + text.length;
}
