import type { ByteReader, ByteWriter } from "./byteCodec";
import type { Chunk } from "./chunker";

/** Writes where the definitions of a chunk stand: mostly 2 bytes each. */
export function writeDefinitionLines(writer: ByteWriter, { startLine, definitionLines = [] }: Pick<Chunk, "startLine" | "definitionLines">): void {
  writer.uint(definitionLines.length / 2);
  for (let i = 0; i < definitionLines.length; i += 2) {
    const nameLine = definitionLines[i] ?? startLine;
    writer.uint(Math.max(0, nameLine - startLine)).uint(Math.max(0, (definitionLines[i + 1] ?? nameLine) - nameLine));
  }
}

/** As a part of the chunk: empty where none were written. */
export function readDefinitionLines(reader: ByteReader, startLine: number): Pick<Chunk, "definitionLines"> {
  const lines: number[] = [];
  for (let left = reader.uint(); left > 0; left--) {
    const nameLine = startLine + reader.uint();
    lines.push(nameLine, nameLine + reader.uint());
  }
  return lines.length === 0 ? {} : { definitionLines: lines };
}
