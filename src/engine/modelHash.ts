import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import { readGgufHeader } from "./ggufHeader";

const samples = 64;
const sampleBytes = 4096;
const chunkBytes = 1 << 20;

/**
 * Identifies a model file's content in a fraction of a second: SHA-256, in hex, over the file's size, its whole header
 * (metadata, vocabulary, tensor list) and 64 stretches of 4 KB spread evenly over the weights, the first and the last
 * among them. Not a proof against a forger; it tells models, quantisations and versions apart.
 */
export async function modelHash(file: string): Promise<string> {
  const { dataStart, fileSize } = await readGgufHeader(file);
  const hash = createHash("sha256").update(`${fileSize}\n`);
  const handle = await open(file, "r");
  try {
    for (let at = 0; at < dataStart; at += chunkBytes) await add(hash, handle, at, Math.min(chunkBytes, dataStart - at));
    const span = Math.max(0, fileSize - sampleBytes - dataStart);
    for (let i = 0; i < samples; i++) await add(hash, handle, dataStart + Math.floor((span * i) / (samples - 1)), sampleBytes);
  } finally {
    await handle.close();
  }
  return hash.digest("hex");
}

async function add(hash: Hash, handle: FileHandle, position: number, length: number): Promise<void> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
  hash.update(buffer.subarray(0, bytesRead));
}
