import { sha256OfFile } from "../checksum";

const never = new AbortController().signal;

/** SHA-256 of a file in hex, read piece by piece so that others run in between. */
export async function fileSha256(file: string): Promise<string> {
  const hashing = sha256OfFile(file, never);
  for (;;) {
    const { done, value } = await hashing.next();
    if (done) return value;
  }
}
