import { idBytes, PackedVectors } from "./packedVectors";
import type { IndexConfig } from "./ports";

export type VectorPrecision = NonNullable<IndexConfig["vectorPrecision"]>;

/** A vector of length 1 with its id: 40 hex digits, the path's hash and the chunk's key. */
export interface VectorItem {
  readonly id: string;
  readonly vector: Float32Array;
}

/** What all vectors of a shard have in common. */
export interface VectorFormat {
  readonly dimensions: number;
  readonly precision: VectorPrecision;
}

const magic = 0x56485448;
const version = 2;
const headerBytes = 24;
const codes = { f32: 0, int8: 1 } as const satisfies Record<VectorPrecision, number>;

/**
 * One shard as bytes: a header (magic, version, precision, count, dimensions, checksum of the rest), the ids, then the
 * vectors in one block: little-endian float32, or one signed byte a number. Of a vector in bytes the direction alone is
 * kept: its length is 1 anyway. Every part begins at a multiple of 4.
 */
export function encodeVectors(items: readonly VectorItem[], { dimensions, precision }: VectorFormat): Buffer {
  const block = items.length * bytesOf(dimensions, precision);
  const bytes = Buffer.alloc(headerBytes + items.length * idBytes + Math.ceil(block / 4) * 4);
  for (const [i, { id }] of items.entries()) bytes.write(id, headerBytes + i * idBytes, idBytes, "hex");
  const start = bytes.byteOffset + headerBytes + items.length * idBytes;
  if (precision === "f32") writeFloats(new Float32Array(bytes.buffer, start, items.length * dimensions), items, dimensions);
  else writeBytes(new Int8Array(bytes.buffer, start, items.length * dimensions), items, dimensions);
  const sum = checksum(bytes.subarray(headerBytes));
  [magic, version, codes[precision], items.length, dimensions, sum].forEach((value, i) => bytes.writeUInt32LE(value, i * 4));
  return bytes;
}

/** Throws when the bytes are no whole shard of this format. What comes back lies in the bytes that were given. */
export function decodeVectors(given: Buffer, { dimensions, precision }: VectorFormat): PackedVectors {
  const bytes = aligned(given);
  if (bytes.length < headerBytes) throw new RangeError("A shard of vectors is cut off.");
  const [mark, written, code, count = 0, wide, sum] = Array.from({ length: headerBytes / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
  if (mark !== magic || written !== version || code !== codes[precision] || wide !== dimensions) {
    throw new RangeError("A shard of vectors has another format.");
  }
  const body = Math.ceil((count * bytesOf(dimensions, precision)) / 4) * 4;
  if (bytes.length !== headerBytes + count * idBytes + body || checksum(bytes.subarray(headerBytes)) !== sum) {
    throw new RangeError("A shard of vectors is damaged.");
  }
  const [start, length] = [bytes.byteOffset + headerBytes + count * idBytes, count * dimensions];
  const numbers = precision === "f32" ? new Float32Array(bytes.buffer, start, length) : new Int8Array(bytes.buffer, start, length);
  return new PackedVectors(bytes.subarray(headerBytes, headerBytes + count * idBytes), numbers, dimensions);
}

function bytesOf(dimensions: number, precision: VectorPrecision): number {
  return dimensions * (precision === "f32" ? 4 : 1);
}

function writeFloats(block: Float32Array, items: readonly VectorItem[], dimensions: number): void {
  for (const [i, { vector }] of items.entries()) block.set(vector, i * dimensions);
}

/** The largest number of each vector becomes 127. Written again, what was read gives the same bytes. */
function writeBytes(block: Int8Array, items: readonly VectorItem[], dimensions: number): void {
  for (const [i, { vector }] of items.entries()) {
    let largest = 0;
    for (const value of vector) largest = Math.max(largest, Math.abs(value));
    const scale = 127 / largest;
    for (let k = 0; k < dimensions; k++) block[i * dimensions + k] = Math.round((vector[k] ?? 0) * scale);
  }
}

/** A float32 view must begin at a multiple of 4. */
function aligned(bytes: Buffer): Buffer {
  return bytes.byteOffset % 4 === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
}

/**
 * Of whole 32-bit words, since a CRC of every byte takes longer than the reading of the file. Every step can be undone, so
 * that one changed word never goes unseen.
 */
function checksum(bytes: Buffer): number {
  const words = new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  let sum = 0x811c9dc5 ^ bytes.length;
  for (let i = 0; i < words.length; i++) {
    sum = Math.imul(sum ^ (words[i] ?? 0), 0x01000193);
    sum ^= sum >>> 15;
  }
  return sum >>> 0;
}
