import { createHash } from "node:crypto";

/** SHA-256 of token ids as little-endian 32-bit numbers, hex. */
export function hashTokens(tokens: readonly number[]): string {
  const bytes = new DataView(new ArrayBuffer(tokens.length * 4));
  tokens.forEach((token, index) => bytes.setUint32(index * 4, token, true));
  return createHash("sha256").update(bytes).digest("hex");
}
