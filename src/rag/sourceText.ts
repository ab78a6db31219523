import { createHash } from "node:crypto";

/**
 * Decodes a file as an editor would: UTF-16 by its byte order mark, else UTF-8 with U+FFFD for what is not. The mark
 * itself is left out.
 */
export function decodeSource(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder("utf-8").decode(bytes);
}

/** The lines of a text, without their ends (\n, \r\n or \r). A line end at the very end starts no further line. */
export function splitLines(text: string): string[] {
  if (text === "") return [];
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Lines `startLine` to `endLine` (1-based, both included) joined by \n, whatever the file's own line ends are. */
export function textOfRange(lines: readonly string[], startLine: number, endLine: number): string {
  return lines.slice(startLine - 1, endLine).join("\n");
}

/** A text by its lines, which are as `splitLines` has them. */
export interface TextLines {
  readonly count: number;
  /** As `textOfRange`. */
  range(startLine: number, endLine: number): string;
}

/** Of a few ranges of a text: its lines need not become texts of their own. */
export function textLines(text: string): TextLines {
  if (text.includes("\r")) return linesOf(splitLines(text));
  const starts = [0];
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  // Where the line after the last would start, whether or not the last one has an end.
  if (starts.at(-1) !== text.length) starts.push(text.length + 1);
  const count = starts.length - 1;
  const startOf = (line: number) => starts[Math.min(line, count)] ?? 0;
  return { count, range: (startLine, endLine) => (startLine > count ? "" : text.slice(startOf(startLine - 1), startOf(endLine) - 1)) };
}

export function linesOf(lines: readonly string[]): TextLines {
  return { count: lines.length, range: (startLine, endLine) => textOfRange(lines, startLine, endLine) };
}

/** SHA-256, hex. */
export function hashText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The first 128 bits of the SHA-256, hex: what the index keeps of a hash. */
export function shortHash(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 32);
}

/** FNV-1a, 32 bits, unsigned: spreads paths over shards, and terms over a table. */
export function pathHash(path: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < path.length; i++) hash = Math.imul(hash ^ path.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}
