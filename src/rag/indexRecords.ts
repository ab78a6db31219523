import { ByteReader, ByteWriter } from "./byteCodec";
import type { Chunk } from "./chunker";
import { readDefinitionLines, writeDefinitionLines } from "./definitionLines";
import { type CorpusSnapshot, readFileHead, readSnapshot, writeFileHead, writeSnapshot } from "./corpusSnapshot";
import type { SkipReason } from "./skipRules";
import type { TermCounts } from "./termDictionary";

/** What of a file is in the index and on disk. */
export interface FileRecord {
  /** Relative to the root, with forward slashes. */
  readonly path: string;
  readonly bytes: number;
  readonly mtimeMs: number;
  /** Short hash of the file's bytes. */
  readonly hash: string;
  readonly language: string;
  /** Why its content keeps it out; it is remembered, without chunks, so as not to be read again. */
  readonly skipped: SkipReason | undefined;
  /** Its chunks are cut by lines for now and wait for its syntax. */
  readonly coarse?: true;
  readonly chunks: readonly ChunkRecord[];
}

export interface ChunkRecord extends Chunk {
  /** Short hash of the chunk's text. */
  readonly key: string;
  readonly body: TermCounts;
}

/** A line of the log. Terms are numbered across records, in the order they are written. */
export type IndexRecord =
  | { readonly kind: "terms"; readonly terms: readonly string[] }
  | { readonly kind: "file"; readonly file: FileRecord }
  | { readonly kind: "removed"; readonly path: string }
  /** The content is the same, size and time are not. */
  | { readonly kind: "touched"; readonly path: string; readonly bytes: number; readonly mtimeMs: number }
  /** The content is the same, the name is not. */
  | { readonly kind: "moved"; readonly path: string; readonly to: string; readonly bytes: number; readonly mtimeMs: number }
  /** All there is; only ever the first record. */
  | { readonly kind: "snapshot"; readonly snapshot: CorpusSnapshot };

const kinds = ["terms", "file", "removed", "touched", "moved", "snapshot"] as const satisfies readonly IndexRecord["kind"][];

export function encodeRecord(record: IndexRecord): Buffer {
  const writer = new ByteWriter().uint(kinds.indexOf(record.kind));
  switch (record.kind) {
    case "terms":
      writer.uint(record.terms.length);
      for (const term of record.terms) writer.text(term);
      break;
    case "file":
      writeFile(writer, record.file);
      break;
    case "removed":
      writer.text(record.path);
      break;
    case "touched":
      writer.text(record.path).uint(record.bytes).double(record.mtimeMs);
      break;
    case "moved":
      writer.text(record.path).text(record.to).uint(record.bytes).double(record.mtimeMs);
      break;
    case "snapshot":
      writeSnapshot(writer, record.snapshot);
      break;
    default:
      record satisfies never;
  }
  return writer.finish();
}

/** Throws a RangeError for a record that this version did not write. */
export function decodeRecord(bytes: Buffer): IndexRecord {
  const reader = new ByteReader(bytes);
  const kind = kinds[reader.uint()];
  switch (kind) {
    case "terms":
      return { kind, terms: list(reader, () => reader.text()) };
    case "file":
      return { kind, file: readFile(reader) };
    case "removed":
      return { kind, path: reader.text() };
    case "touched":
      return { kind, path: reader.text(), bytes: reader.uint(), mtimeMs: reader.double() };
    case "moved":
      return { kind, path: reader.text(), to: reader.text(), bytes: reader.uint(), mtimeMs: reader.double() };
    case "snapshot":
      return { kind, snapshot: readSnapshot(reader) };
    case undefined:
      throw new RangeError("A record of the index is of an unknown kind.");
    default:
      return kind satisfies never;
  }
}

function writeFile(writer: ByteWriter, file: FileRecord): void {
  writeFileHead(writer, file).uint(file.chunks.length);
  for (const chunk of file.chunks) writeChunk(writer, chunk);
}

function readFile(reader: ByteReader): FileRecord {
  return { ...readFileHead(reader), chunks: list(reader, () => readChunk(reader)) };
}

function writeChunk(writer: ByteWriter, chunk: ChunkRecord): void {
  writer.uint(chunk.startLine).uint(chunk.endLine - chunk.startLine).hex(chunk.key);
  writer.text(chunk.symbol ?? "").text(chunk.signature ?? "").uint(chunk.definitions.length);
  for (const name of chunk.definitions) writer.text(name);
  writeDefinitionLines(writer, chunk);
  const { ids, counts } = chunk.body;
  writer.uint(ids.length);
  let previous = 0;
  for (const [i, id] of ids.entries()) {
    writer.uint(id - previous).uint(counts[i] ?? 1);
    previous = id;
  }
}

function readChunk(reader: ByteReader): ChunkRecord {
  const startLine = reader.uint();
  const endLine = startLine + reader.uint();
  const key = reader.hex();
  const symbol = reader.text() || undefined;
  const signature = reader.text() || undefined;
  const definitions = list(reader, () => reader.text());
  const places = readDefinitionLines(reader, startLine);
  return { startLine, endLine, key, symbol, signature, definitions, ...places, body: readCounts(reader) };
}

function readCounts(reader: ByteReader): TermCounts {
  const length = reader.uint();
  const ids: number[] = [];
  const counts: number[] = [];
  let previous = 0;
  for (let i = 0; i < length; i++) {
    previous += reader.uint();
    ids.push(previous);
    counts.push(reader.uint());
  }
  return { ids, counts };
}

function list<T>(reader: ByteReader, read: () => T): T[] {
  const length = reader.uint();
  const items: T[] = [];
  for (let i = 0; i < length; i++) items.push(read());
  return items;
}
