import { type MetadataEntry, type TensorSource, writeGguf } from "../../test/fixtures/ggufWriter";
import { byteCharacters, type Merge, written } from "./bytePairs";
import { shape, specialTokens, systemPrompt } from "./model";

/** GGUF value types. */
const arrayType = 9;
const stringType = 8;
const int32Type = 5;
/** llama.cpp's token types. */
const normal = 1;
const control = 3;

/** Writes Ember's GGUF file; without tensors it is the tokenizer alone. */
export function writeEmber(file: string, merges: readonly Merge[], tensors: readonly TensorSource[]): Promise<void> {
  const tokens = vocabulary(merges);
  return writeGguf(file, [...architecture(), ...tokenizer(tokens, merges)], tensors);
}

/** Token texts in the order of their ids: bytes, merges, special tokens. */
export function vocabulary(merges: readonly Merge[]): readonly string[] {
  const tokens = [...byteCharacters, ...merges.map(({ left, right }) => written(left + right)), ...specialTokens];
  if (tokens.length !== shape.vocabularySize || new Set(tokens).size !== tokens.length) throw new Error(`${tokens.length} tokens, ${new Set(tokens).size} of them different.`);
  return tokens;
}

export const mergeCount = shape.vocabularySize - byteCharacters.length - specialTokens.length;

function architecture(): readonly MetadataEntry[] {
  return [
    ["general.architecture", "string", "phi3"],
    ["general.name", "string", "Ember"],
    ["general.file_type", "uint32", 7],
    ["general.quantization_version", "uint32", 2],
    ["phi3.context_length", "uint32", shape.contextLength],
    ["phi3.rope.scaling.original_context_length", "uint32", shape.contextLength],
    ["phi3.embedding_length", "uint32", shape.width],
    ["phi3.feed_forward_length", "uint32", shape.feedForward],
    ["phi3.block_count", "uint32", shape.layers],
    ["phi3.attention.head_count", "uint32", shape.heads],
    ["phi3.attention.head_count_kv", "uint32", shape.heads],
    ["phi3.attention.layer_norm_rms_epsilon", "float32", shape.normEpsilon],
    ["phi3.rope.dimension_count", "uint32", shape.rotary],
    ["phi3.rope.freq_base", "float32", shape.ropeBase],
  ];
}

/** Phi-3's, without its line breaks, which are tokens here; and with the one system prompt that was learnt. */
const template = [
  "{% if messages[0]['role'] != 'system' %}{{ '<|system|>" + systemPrompt + "<|end|>' }}{% endif %}",
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endfor %}",
  "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}",
].join("");

function tokenizer(tokens: readonly string[], merges: readonly Merge[]): readonly MetadataEntry[] {
  const end = tokens.indexOf("<|end|>");
  const types = tokens.map((token) => ((specialTokens as readonly string[]).includes(token) ? control : normal));
  return [
    ["tokenizer.ggml.model", "string", "gpt2"],
    ["tokenizer.ggml.pre", "string", "qwen2"],
    list("tokenizer.ggml.tokens", stringType, tokens.map(text)),
    list("tokenizer.ggml.token_type", int32Type, types.map(int32)),
    list("tokenizer.ggml.merges", stringType, merges.map(({ left, right }) => text(`${written(left)} ${written(right)}`))),
    ["tokenizer.ggml.eos_token_id", "uint32", end],
    ["tokenizer.ggml.bos_token_id", "uint32", tokens.indexOf("<|endoftext|>")],
    ["tokenizer.ggml.add_bos_token", "bool", false],
    ["tokenizer.chat_template", "string", template],
  ];
}

function list(key: string, type: number, elements: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(8);
  count.writeBigUInt64LE(BigInt(elements.length));
  return Buffer.concat([text(key), int32(arrayType), int32(type), count, ...elements]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}
