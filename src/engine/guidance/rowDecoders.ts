import { halfFloats } from "./halfFloats";
import { decodeQ4K, decodeQ5K, decodeQ6K, halfAt } from "./kQuants";

/** Writes the values that begin at the byte `from` into all of `into`, each the single-precision number that ggml has for it. */
export type RowDecoder = (bytes: Uint8Array, from: number, into: Float32Array) => void;

/** By the tensor type's number in the file (ggml's `ggml_type`). */
const decoders: Readonly<Record<number, RowDecoder>> = {
  0: decodeF32,
  1: decodeF16,
  8: decodeQ8,
  12: decodeQ4K,
  13: decodeQ5K,
  14: decodeQ6K,
  30: decodeBF16,
};

/** Undefined for a type whose rows cannot be read. */
export function rowDecoder(type: number): RowDecoder | undefined {
  return decoders[type];
}

function decodeF32(bytes: Uint8Array, from: number, into: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + from, into.length * 4);
  for (let i = 0; i < into.length; i++) into[i] = view.getFloat32(i * 4, true);
}

function decodeF16(bytes: Uint8Array, from: number, into: Float32Array): void {
  const halves = halfFloats();
  for (let i = 0, at = from; i < into.length; i++, at += 2) into[i] = halves[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] ?? 0;
}

/** The upper half of single precision. */
function decodeBF16(bytes: Uint8Array, from: number, into: Float32Array): void {
  const bits = new Uint32Array(into.buffer, into.byteOffset, into.length);
  for (let i = 0, at = from; i < into.length; i++, at += 2) bits[i] = (((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 24)) >>> 0;
}

/** 34 bytes for 32 values: a half-precision scale and signed bytes. */
function decodeQ8(bytes: Uint8Array, from: number, into: Float32Array): void {
  for (let block = 0, at = from; block < into.length; block += 32, at += 34) {
    const scale = halfAt(bytes, at);
    for (let i = 0; i < 32; i++) into[block + i] = scale * (((bytes[at + 2 + i] ?? 0) << 24) >> 24);
  }
}
