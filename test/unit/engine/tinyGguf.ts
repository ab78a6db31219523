import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type MetadataEntry, type TensorSource, writeGguf } from "../../fixtures/ggufWriter";

/** A list of texts as a metadata entry. */
export function textList(key: string, values: readonly string[]): Buffer {
  const text = (value: string) => Buffer.concat([uint64(Buffer.byteLength(value)), Buffer.from(value)]);
  const type = Buffer.from([9, 0, 0, 0, 8, 0, 0, 0]);
  return Buffer.concat([text(key), type, uint64(values.length), ...values.map(text)]);
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

export const tinyMetadata: readonly MetadataEntry[] = [
  ["general.architecture", "string", "llama"],
  ["general.name", "string", "Tiny"],
  ["general.file_type", "uint32", 15],
  ["llama.context_length", "uint32", 2048],
  ["llama.block_count", "uint32", 2],
  ["llama.embedding_length", "uint32", 32],
  ["llama.rope.freq_base", "float32", 10_000],
  ["tokenizer.ggml.add_bos_token", "bool", true],
  textList("tokenizer.ggml.tokens", ["<s>", "a", "b", "ab"]),
];

const fill: TensorSource["fill"] = (row, into) => into.fill(row + 1);

export const tinyTensors: readonly TensorSource[] = [
  { name: "token_embd.weight", shape: [32, 4], type: "Q8_0", fill },
  { name: "output_norm.weight", shape: [32], type: "F32", fill },
  { name: "output.weight", shape: [256, 3], type: "Q4_K", fill },
];

/** A file of about 1 KB with the structure of a model; nothing could run it. */
export async function tinyGguf(
  folder: string,
  { metadata = tinyMetadata, tensors = tinyTensors, name = "tiny.gguf" }: { metadata?: readonly MetadataEntry[]; tensors?: readonly TensorSource[]; name?: string } = {},
): Promise<string> {
  const file = path.join(folder, name);
  await writeGguf(file, metadata, tensors);
  return file;
}

/** Writes a changed copy of the file's bytes and returns its path. */
export async function changed(file: string, change: (bytes: Buffer) => Buffer): Promise<string> {
  const copy = `${file}.changed`;
  await writeFile(copy, change(await readFile(file)));
  return copy;
}
