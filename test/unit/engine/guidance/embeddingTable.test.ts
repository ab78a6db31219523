import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { HearthError } from "../../../../src/common/errors";
import { openEmbeddingTable } from "../../../../src/engine/guidance/embeddingTable";
import { isRowType, RowKernels } from "../../../../src/engine/guidance/rowKernels";
import { blocks, tensorTypes, type TensorTypeName } from "../../../fixtures/ggufBlocks";
import { temporaryFolder } from "../temporaryFolder";
import { tinyGguf, tinyTensors } from "../tinyGguf";
import reference from "./referenceRows.json";

const types = ["F32", "F16", "BF16", "Q8_0", "Q4_K", "Q5_K", "Q6_K"] as const satisfies readonly TensorTypeName[];

function referenceOf(type: (typeof types)[number]): { readonly bytes: Buffer; readonly values: Buffer; readonly count: number } {
  const { bytes, values } = reference.types[type];
  const raw = Buffer.from(values, "base64");
  return { bytes: Buffer.from(bytes, "base64"), values: raw, count: raw.length / 4 };
}

describe("token embeddings of a model file", () => {
  const folder = temporaryFolder();

  for (const type of types) {
    it(`${type} rows are those of the reference, bit for bit`, () => {
      const { bytes, values, count } = referenceOf(type);
      assert.equal(decoded(tensorTypes[type], bytes, count), values.toString("hex"));
    });

    it(`${type}: any row of a file is read from its own place`, async () => {
      const { bytes, values, count } = referenceOf(type);
      const rows = 3;
      const width = type === "Q8_0" || !type.startsWith("Q") ? 32 : 256;
      const rowBytes = (width / blocks[type].values) * blocks[type].bytes;
      const rowsThere = Math.floor(count / width);
      const rowOf = (row: number) => (row * 5 + 1) % rowsThere;
      const fill = (row: number, into: Buffer) => void bytes.copy(into, 0, rowOf(row) * rowBytes, (rowOf(row) + 1) * rowBytes);
      const file = await tinyGguf(folder(), { name: `${type}.gguf`, tensors: [...tinyTensors.slice(1), { name: "token_embd.weight", shape: [width, rows], type, fill }] });
      const table = await openEmbeddingTable(file);
      assert.deepEqual([table.width, table.count], [width, rows]);
      for (let token = rows - 1; token >= 0; token--) {
        assert.equal(decoded(table.type, table.rowBytes(token), width), values.subarray(rowOf(token) * width * 4, (rowOf(token) + 1) * width * 4).toString("hex"));
      }
    });
  }

  it("a token that the table does not have is refused", async () => {
    const table = await openEmbeddingTable(await tinyGguf(folder()));
    for (const token of [-1, 4, 1.5e9, NaN]) assert.throws(() => table.rowBytes(token), RangeError);
  });

  it("a file without token embeddings, or with ones of another type, is a clear error", async () => {
    const bare = await tinyGguf(folder(), { name: "bare.gguf", tensors: tinyTensors.slice(1) });
    await assert.rejects(openEmbeddingTable(bare), isRefusal(/bare\.gguf has no token embeddings \(token_embd\.weight\)/));
    const other = await tinyGguf(folder(), { name: "other.gguf", tensors: [...tinyTensors.slice(1), ...tinyTensors.slice(0, 1)] });
    assert.equal(isRowType(2), false, "Q4_0 is not read");
    await assert.rejects(openEmbeddingTable(await asQ4(other, folder())), isRefusal(/of type Q4_0, which guidance cannot read/));
  });
});

/** The bytes of the values, as hexadecimal text. */
function decoded(type: number, bytes: Uint8Array, count: number): string {
  assert.ok(isRowType(type));
  const kernels = new RowKernels(count);
  kernels.decode(type, bytes);
  return Buffer.from(Float32Array.from(kernels.row).buffer).toString("hex");
}

function isRefusal(message: RegExp) {
  return (error: unknown) => error instanceof HearthError && error.code === "model-invalid" && message.test(error.message) && (error.remedy ?? "").includes("Turn guidance off");
}

/** The same file with a table of Q4_0, whose blocks of 32 take 18 bytes. */
async function asQ4(file: string, folder: string): Promise<string> {
  const bytes = await readFile(file);
  const name = bytes.indexOf("token_embd.weight") + "token_embd.weight".length;
  bytes.writeUInt32LE(2, name + 4 + 16);
  const copy = path.join(folder, "q4.gguf");
  await writeFile(copy, bytes);
  return copy;
}
