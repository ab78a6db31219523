/** The id of a chunk's vector: 40 hex digits, the path's hash and the short hash of the chunk's text. */
export function vectorId(pathHash: number, key: string): string {
  return pathHash.toString(16).padStart(8, "0") + key;
}
