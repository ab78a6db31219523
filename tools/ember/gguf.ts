// `node scripts/ember.mjs gguf [--data .cache/ember] [--out FILE]`: the trained weights as a model file, matrices as Q8_0.
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { encodeF32, encodeQ8 } from "../../test/fixtures/ggufBlocks";
import type { TensorSource } from "../../test/fixtures/ggufWriter";
import type { Merge } from "./bytePairs";
import { writeEmber } from "./emberFile";
import { shape } from "./model";

const { values } = parseArgs({ options: { data: { type: "string", default: ".cache/ember" }, out: { type: "string" } } });
const out = values.out ?? path.join(values.data, "ember.gguf");
const { width, feedForward, layers, vocabularySize } = shape;

const merges = JSON.parse(readFileSync(path.join(values.data, "merges.json"), "utf8")) as readonly Merge[];
await writeEmber(out, merges, [
  tensor("token_embd.weight", [width, vocabularySize]),
  ...Array.from({ length: layers }, (_, i) => block(`blk.${i}`)).flat(),
  tensor("output_norm.weight", [width]),
]);
console.log(`${out}: ${statSync(out).size} bytes`);

function block(name: string): readonly TensorSource[] {
  return [
    tensor(`${name}.attn_norm.weight`, [width]),
    tensor(`${name}.attn_qkv.weight`, [width, 3 * width]),
    tensor(`${name}.attn_output.weight`, [width, width]),
    tensor(`${name}.ffn_norm.weight`, [width]),
    tensor(`${name}.ffn_up.weight`, [width, 2 * feedForward]),
    tensor(`${name}.ffn_down.weight`, [feedForward, width]),
  ];
}

/** @param dimensions a row's length first */
function tensor(name: string, dimensions: readonly number[]): TensorSource {
  const bytes = readFileSync(path.join(values.data, "weights", `${name}.bin`));
  const numbers = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const length = dimensions[0] ?? 0;
  const expected = dimensions.reduce((product, size) => product * size, 1);
  if (numbers.length !== expected) throw new Error(`${name} has ${numbers.length} numbers instead of ${expected}.`);
  const isMatrix = dimensions.length > 1;
  return {
    name,
    shape: dimensions,
    type: isMatrix ? "Q8_0" : "F32",
    fill: (row, into) => (isMatrix ? encodeQ8 : encodeF32)(numbers.subarray(row * length, (row + 1) * length), into),
  };
}
