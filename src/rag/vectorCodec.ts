import { crc32 } from "./byteCodec";

/** A vector with its id: 40 hex digits, the path's hash and the chunk's key. */
export interface VectorItem {
  readonly id: string;
  readonly vector: Float32Array;
}

const magic = 0x56485448;
const version = 1;
const headerBytes = 20;
const idBytes = 20;

/**
 * One shard as bytes: a header (magic, version, count, dimensions, CRC of the rest), the ids, then the vectors as
 * little-endian float32 in one block that is read in place.
 */
export function encodeVectors(items: readonly VectorItem[]): Buffer {
  const dimensions = items[0]?.vector.length ?? 0;
  const ids = Buffer.alloc(items.length * idBytes);
  const vectors = new Float32Array(items.length * dimensions);
  for (const [i, { id, vector }] of items.entries()) {
    ids.write(id, i * idBytes, idBytes, "hex");
    vectors.set(vector, i * dimensions);
  }
  const body = Buffer.concat([ids, Buffer.from(vectors.buffer)]);
  const header = Buffer.alloc(headerBytes);
  [magic, version, items.length, dimensions, crc32(body)].forEach((value, i) => header.writeUInt32LE(value, i * 4));
  return Buffer.concat([header, body]);
}

/** Throws when the bytes are no whole shard. The vectors are views of one block. */
export function decodeVectors(bytes: Buffer): VectorItem[] {
  if (bytes.length < headerBytes) throw new RangeError("A shard of vectors is cut off.");
  const [mark, written, count = 0, dimensions = 0, crc] = Array.from({ length: 5 }, (_, i) => bytes.readUInt32LE(i * 4));
  const body = bytes.subarray(headerBytes);
  if (mark !== magic || written !== version || body.length !== count * (idBytes + dimensions * 4) || crc32(body) !== crc) {
    throw new RangeError("A shard of vectors is damaged.");
  }
  const ids = body.subarray(0, count * idBytes);
  // A copy, since a float32 view must begin at a multiple of 4.
  const floats = new Float32Array(new Uint8Array(body.subarray(count * idBytes)).buffer);
  return Array.from({ length: count }, (_, i) => ({
    id: ids.toString("hex", i * idBytes, (i + 1) * idBytes),
    vector: floats.subarray(i * dimensions, (i + 1) * dimensions),
  }));
}
